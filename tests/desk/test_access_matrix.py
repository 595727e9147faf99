"""
Every route, page or API, tried over HTTP by everybody: each role in the rows' own operation, each role in another one,
and nobody. What must come of it is computed here from ROUTES and SCOPES row by row, without the queries of the desk.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db.models import Manager
from django.test import Client
from django.urls import get_resolver, reverse

from karavan.desk import models as rows
from karavan.desk.access import PUBLIC, ROUTES, SCOPES, SIGNED_IN
from karavan.desk.actions.posting import plain
from karavan.desk.api import offered
from karavan.domain.fleet import OutOfService
from karavan.domain.planfile import situation_digest
from karavan.domain.roles import RIGHTS
from tests.cast import a_situation
from tests.desk.desk_world import PEOPLE
from tests.desk.test_guard_api import caller, token_of
from tests.desk.test_guard_people import number, signed_in
from tests.desk.test_pages import values_of
from tests.desk.test_story import on_the_road

# What a route's address names. A route that names something else fails until it has its row here.
NAMED = {
    "waybill": rows.Waybill,
    "convoy": rows.Convoy,
    "journey": rows.Journey,
    "report": rows.LossReport,
    "count": rows.Count,
    "request pk": rows.Request,
    "planning_job pk": rows.PlanningJob,
    "planning pk": rows.PlanningJob,
    "plan pk": rows.PlanDocument,
    "paper pk": rows.PaperPrint,
    "transfer": rows.StoreTransfer,
    "consignment": rows.Consignment,
    "vehicle": rows.Vehicle,
    "clearance": rows.Clearance,
    "road": rows.Road,
}
# The same roles as another one: one of them is enough for pages.
ALIKE = {"second", "khn2"}
OPEN = {200, 302, 405, 409}
NOT_THERE = {int: 10**9, UUID: UUID(int=2**100)}
WHOLE = 2**63 - 1


@pytest.fixture
def world(desk):
    """A waybill on the road, a loss, a count and a job in OP; everybody's double in another operation."""
    paper, line = on_the_road(desk, 1_000)
    agd, lot = desk.place("AGD").pk, desk.batch("F1").pk
    desk.do("record_count", "counter", place=agd, counted=((lot, 5),))
    account = rows.Balance.objects.get(account__place=agd, account__kind="stock", batch=lot).account_id
    desk.do("report_loss", "keeper", place=agd, lost=((account, lot, 1),), reason="damaged", remark="fell")
    desk.do("ask_plan", "planner", operation=desk.operation.pk)
    convoy = rows.Convoy.objects.create(
        operation=desk.operation,
        plan=paper.plan,
        code="C1",
        origin=paper.origin,
        destination=paper.destination,
        depart=paper.depart,
        arrive=paper.arrive,
    )
    rows.ConvoyJourney.objects.create(convoy=convoy, journey=paper.journey, position=1)
    desk.do("print_waybill", "dispatcher", waybill=paper.pk)
    told = {"kind": "clearance", "authority": "a", "reference": "r", "lead_s": 60, "convoy": convoy.pk}
    desk.do("ask_clearance", "dispatcher", operation=desk.operation.pk, **told)
    truck = rows.Vehicle.objects.get(operation=desk.operation, plate="T1").pk
    desk.do("take_out_of_service", "planner", vehicle=truck, reason=OutOfService.REPAIR)
    values = values_of(desk)
    desk.do("ask_transfer", "keeper", **values["ask_transfer"])
    given = a_situation()
    desk.do("open_operation", "admin", code="TWO", sha256=situation_digest(given), situation=given, new_id=desk.id)
    two, admin = rows.Operation.objects.get(code="TWO"), desk.people["admin"]
    for who, memberships in PEOPLE.items():
        user = desk.people[f"two-{who}"] = rows.User.objects.create(
            id=desk.id(), login=f"two-{who}", password="!", created_at=desk.now
        )
        for role, code in memberships:
            place = rows.Place.objects.get(operation=two, code=code) if code else None
            rows.Membership.objects.create(
                user=user, operation=two, role=role, place=place, since=desk.now, granted_by=admin
            )
    both = desk.people["both-auditor"] = rows.User.objects.create(
        id=desk.id(), login="both-auditor", password="!", created_at=desk.now
    )
    for operation in (desk.operation, two):
        rows.Membership.objects.create(user=both, operation=operation, role="auditor", since=desk.now, granted_by=admin)
    return SimpleNamespace(desk=desk, paper=paper, line=line, values=values)


# What the rows say is read once for each test: no test here changes who may what, or where a row belongs.
READ = {}


@pytest.fixture(autouse=True)
def read_anew():
    READ.clear()


def once(key, read):
    if key not in READ:
        READ[key] = read()
    return READ[key]


def memberships_of(user):
    return once(user.pk, lambda: list(rows.Membership.objects.filter(user=user, until=None)))


def held(user, rights, operation, places):
    """
    Whether one of the rights is held: ``everywhere`` in the operation, at one of the ``places``, ``elsewhere``, or not
    at all (``""``).
    """
    found = ""
    for row in memberships_of(user):
        if not RIGHTS[row.role] & rights:
            continue
        if row.operation_id == operation and row.place_id is None:
            return "everywhere"
        at = "here" if row.operation_id == operation and row.place_id in places else "elsewhere"
        found = "here" if "here" in (at, found) else at
    return found


def reached(row, way):
    """The keys that a way of SCOPES leads to, by going there."""
    return once((type(row), row.pk, way), lambda: gone(row, way))


def gone(row, way):
    found = [row]
    for step in way.split("__"):
        found = [
            item
            for each in found
            if each is not None
            for item in (
                [each]
                if step == "pk"
                else getattr(each, step).all()
                if isinstance(getattr(each, step), Manager)
                else [getattr(each, step)]
            )
        ]
    return {item.pk for item in found if item is not None}


def sees(user, row):
    scope = SCOPES[type(row)]
    rights = set(scope.right) if isinstance(scope.right, tuple) else {scope.right}
    if scope.own and user.pk in reached(row, scope.own):
        return True
    if not scope.operation:
        return all(
            held(user, rights, operation.pk, set()) == "everywhere" for operation in rows.Operation.objects.all()
        )
    places = set().union(*(reached(row, way) for way in scope.places)) if scope.places else None
    for operation in reached(row, scope.operation):
        how = held(user, rights, operation, places or set())
        if how == "everywhere" or (how == "here" and places):
            return True
        if places is None and any(
            RIGHTS[mine.role] & rights for mine in memberships_of(user) if mine.operation_id == operation
        ):
            return True
    return False


def needed(route):
    row = ROUTES[route]
    if row in (PUBLIC, SIGNED_IN):
        return None
    return set(row) if isinstance(row, tuple) else {row}


def expected(user, route, row):
    """The statuses that may come; ``row`` is what the address names, a place, or nothing."""
    rights = needed(route)
    if rights is None:
        return OPEN
    if not held(user, rights, None, set()):
        return {403}
    if row is None:
        return OPEN
    if isinstance(row, rows.Place):
        how = held(user, rights, row.operation_id, {row.pk})
        return OPEN if how in ("everywhere", "here") else {404, 403}
    # A consignment's page is for whoever sees a part of it on its way.
    shown = row.lines.all() if isinstance(row, rows.Consignment) else [row]
    if not any(sees(user, it) for it in shown):
        return {404}
    return OPEN if held(user, rights, row.operation_id, set()) == "everywhere" else OPEN | {403, 404}


def pages():
    """Route, its arguments' kinds and names; the API's and those of a program's reading stand apart."""
    for pattern in get_resolver().url_patterns:
        name = getattr(pattern, "name", None)
        if name and name not in ("link", "metrics", "ready", "logout", "language"):
            yield name, re.findall(r"<(\w+):(\w+)>", str(pattern.pattern))


def plained(values):
    return {name: plain(value) for name, value in values.items()}


def named(route, arguments, desk):
    """The row that a route's address names, and the values of its arguments; once for one that is not there."""
    if not arguments:
        return None, {}, None
    first = arguments[0][1]
    if first == "place":
        place = desk.place("AGD")
        item = rows.Item.objects.get(operation=desk.operation, code="FLOUR")
        values = {"place": place.pk, "item": item.pk}
        values = {name: values[name] for _, name in arguments}
        return place, values, {**values, "place": NOT_THERE[int]}
    key = f"{'plan' if route.startswith('plan_') else route.partition('_')[0]} pk" if first == "pk" else first
    key = "planning_job pk" if route == "planning_job" else key
    assert {key} <= NAMED.keys(), f"{route}: what does its address name? It has no row in NAMED"
    row = NAMED[key].objects.filter(operation=desk.operation).first()
    return row, {first: row.pk}, {first: NOT_THERE[UUID if isinstance(row.pk, UUID) else int]}


def test_every_page_by_everybody(world, request):
    desk = world.desk
    wrong, tried = [], 0
    clients = {who: signed_in(desk, who) for who in desk.people if who.removeprefix("two-") not in ALIKE}
    before, opened, long = rows.Event.objects.count(), Counter(), request.config.getoption("--long")
    for route, arguments in pages():
        row, values, nothing = named(route, arguments, desk)
        address = reverse(route, kwargs=values)
        if route == "person":
            address += f"?operation={desk.operation.pk}&user={desk.people['planner'].pk}"
        for who, client in clients.items():
            allowed = expected(desk.people[who], route, row)
            if allowed == OPEN and not long:
                # Whoever lacks the right is tried everywhere; of those who have it two for each page are enough.
                opened[route] += 1
                if opened[route] > 2:
                    continue
            got = client.get(address).status_code
            tried += 1
            if got not in allowed | ({405} if allowed != {403} else set()):
                wrong.append((route, who, "GET", got, allowed))
            if not allowed & OPEN:
                got = client.post(address, {"id": number(tried)}).status_code
                # A page that takes no forms says so to whoever may come in at all.
                if got not in allowed | ({405} if allowed != {403} else set()):
                    wrong.append((route, who, "POST", got, allowed))
            elif nothing and needed(route):
                got = client.get(reverse(route, kwargs=nothing)).status_code
                if got == 405:
                    got = client.post(reverse(route, kwargs=nothing), {"id": number(tried)}).status_code
                if got not in {404, 403 if isinstance(row, rows.Place) else 404}:
                    wrong.append((route, who, "not there", got, {404}))
    assert wrong == []
    assert rows.Event.objects.count() == before
    assert tried > 800


def test_nobody_comes_in_anywhere(world):
    client = Client(HTTP_HOST="localhost")
    before = rows.Event.objects.count()
    for route, arguments in pages():
        _, values, _ = named(route, arguments, world.desk)
        address = reverse(route, kwargs=values)
        for method in (client.get, client.post):
            got = method(address)
            if ROUTES[route] == PUBLIC:
                assert got.status_code in (200, 302, 405, 503), route
            else:
                assert (got.status_code, got["Location"]) == (302, f"/login?next={address}"), route
    assert rows.Event.objects.count() == before


def test_every_row_of_the_api_by_everybody(world):
    """What is listed and what is told one by one is what SCOPES says of each row, and nothing else."""
    desk = world.desk
    wrong, told = [], set()
    for who, user in desk.people.items():
        client = caller(token_of(desk, who))
        for name, (model, _, columns) in offered.LISTS.items():
            route = f"api-list-{name}"
            answer = client.get(f"/api/{name}", {"limit": 1_000})
            if not held(user, needed(route), None, set()):
                if answer.status_code != 403 or client.get(f"/api/{name}/1").status_code != 403:
                    wrong.append((name, who, answer.status_code))
                continue
            if answer.status_code != 200:
                wrong.append((name, who, answer.status_code))
                continue
            there = {str(row.pk): row for row in model.objects.all()[:200]}
            mine = {key for key, row in there.items() if sees(user, row)}
            listed = {str(row[columns[0]]) for row in answer.json()}
            if listed & there.keys() != mine:
                wrong.append((name, who, sorted(listed ^ mine)[:5]))
            told |= {name} if mine else set()
            for keys, status in ((mine, 200), (there.keys() - mine, 404)):
                if keys and client.get(f"/api/{name}/{min(keys)}").status_code != status:
                    wrong.append((name, who, min(keys), status))
    assert wrong == []
    # Nothing of these is there yet in this story.
    assert set(offered.LISTS) - told <= {"voids", "notices", "expected", "check_ins", "incidents", "receipts"} | {
        "receipt_lines",
        "road_reports",
        "clearances",
        "contacts",
        "readiness",
        "loss_lines",
    }


def test_every_action_of_the_api_from_another_operation(world):
    """Rights of the same names elsewhere move nothing here."""
    desk, values = world.desk, world.values
    values |= {
        name: {**values[name], "waybill": world.paper.pk} for name in values if "waybill" in values.get(name, {})
    }
    before = rows.Event.objects.count()
    for who, memberships in PEOPLE.items():
        client = caller(token_of(desk, f"two-{who}"))
        rights = set().union(*(RIGHTS[role] for role, _ in memberships))
        for at, (name, right) in enumerate(offered.ACTIONS.items()):
            body = json.dumps({"id": number(90_000 + at), "values": plained(values[name])}, default=str)
            got = client.post(f"/api/actions/{name}", body, "application/json").status_code
            assert got == 403 if right not in rights else got in (403, 404, 409), (who, name, got)
    assert rows.Event.objects.count() == before


def test_a_route_that_names_something_unknown_fails():
    desk = SimpleNamespace(operation=None)
    with pytest.raises(AssertionError, match="NAMED"):
        named("barge", [("int", "barge")], desk)
    with pytest.raises(KeyError):
        expected(None, "a_route_without_a_row", None)
