"""
Schemathesis over the API's own document, as nobody and as each role: no error of ours, no undocumented answer, no
ignored token, no wrong value taken. ``--long`` tries many more.
"""

from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("schemathesis")

import schemathesis
import schemathesis.specs.openapi.checks as rules
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from karavan.desk.api import offered
from karavan.domain.roles import RIGHTS
from tests.desk.desk_world import PEOPLE
from tests.desk.test_guard_api import token_of
from tests.desk.test_story import on_the_road

CHECKS = [
    not_a_server_error,
    rules.status_code_conformance,
    rules.content_type_conformance,
    rules.response_headers_conformance,
    rules.response_schema_conformance,
    rules.negative_data_rejection,
    rules.missing_required_header,
]

ONE = (GenerationMode.POSITIVE,)


@pytest.fixture
def operations(desk):
    """A desk with a waybill on the road, and every operation of the API by its name."""
    on_the_road(desk, 1_000)
    found = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application(), base_url="http://localhost")
    return {each.ok().definition.raw["operationId"]: each.ok() for each in found.get_all_operations()}


def tried(operation, headers, examples, modes=tuple(GenerationMode)):
    """The statuses of so many right and so many wrong calls, each judged by what the document says."""
    statuses = []
    headers = {"Host": "localhost", **headers}
    for mode in modes:

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, headers=headers))
        def each(case):
            answer = case.call()
            statuses.append(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        try:
            each()
        except Unsatisfiable:
            # Nothing in this operation's address can be wrong: any text is a key that might be there.
            assert mode is GenerationMode.NEGATIVE
    return statuses


def test_the_document_is_valid_openapi():
    document = Client(HTTP_HOST="localhost").get("/api/openapi.json").json()
    OpenAPIV31SpecValidator({**document, "servers": [{"url": "http://localhost"}]}).validate()
    assert document["components"]["securitySchemes"] == {"Bearer": {"type": "http", "scheme": "bearer"}}
    assert all(
        operation["security"] == [{"Bearer": []}] for path in document["paths"].values() for operation in path.values()
    )


def test_without_a_token_every_operation_says_401_and_nothing_else(operations, request):
    long = request.config.getoption("--long")
    for name, operation in operations.items():
        for headers in ({}, {"Authorization": "Bearer karavan_none"})[: 1 + long]:
            found = tried(operation, headers, 10, GenerationMode) if long else tried(operation, headers, 1, ONE)
            assert set(found) == {401}, name


def test_each_role_meets_no_error_of_ours(operations, desk, request):
    """Each action by somebody who may, and some lists by each; with ``--long`` everything by everybody."""
    long = request.config.getoption("--long")
    statuses, turns = Counter(), Counter()
    for who, memberships in PEOPLE.items():
        headers = {"Authorization": f"Bearer {token_of(desk, who)}"}
        held = {right for role, _ in memberships for right in RIGHTS[role]}
        for name, operation in operations.items():
            needed = offered.ROUTES[f"api-{name.replace('_', '-', 1) if name not in offered.ACTIONS else name}"]
            several = needed if isinstance(needed, tuple) else (needed,)
            few = name in offered.ACTIONS or turns[who] < 4
            if long or (held & set(several) and few and not turns[name]):
                turns[who] += name not in offered.ACTIONS
                turns[name] += 1
                statuses.update(tried(operation, headers, 10 if long else 1))
    assert min(statuses[status] for status in (200, 403, 404, 422)) > 0
