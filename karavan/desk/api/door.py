"""The routes of the API: one for each action and list, a token for each call, a sentence for each refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import NinjaAPI, Query, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import BaseModel

from karavan.desk import actions, models as rows
from karavan.desk.access import admits, needs_code, seen, visible
from karavan.desk.actions.keys import token_digest
from karavan.desk.api import offered, whereabouts
from karavan.desk.api.schemas import Page, asked_of, key_of, narrowed, taken_by, told_of, values_of
from karavan.domain.catalogues import translator
from karavan.domain.errors import Busy, NotAllowed, NotFound, Refused
from karavan.domain.message import Message


class Written(Schema):
    """The event that was written; ``again`` where it had been written before."""

    id: str
    seq: int
    again: bool


class Problem(Schema):
    """Why not, in the language that the call asks for."""

    error: str
    fields: tuple[str, ...] = ()


REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 422, 503), Problem)


class UnknownField(Refused):
    """The address carries something that the route does not have."""


class Bearer(HttpBearer):
    """
    A token that is not revoked, not over, and whose user is in, with a second factor where one is asked for; then the
    row of the access table.
    """

    def authenticate(self, request: HttpRequest, token: str) -> rows.User | None:
        now = timezone.now()
        row = (
            rows.Token.objects.select_related("user")
            .filter(sha256=token_digest(token), revoked_at=None, expires_at__gt=now, user__is_active=True)
            .first()
        )
        if row is None or (needs_code(row.user) and not row.with_code):
            return None
        row.user.limited_to = frozenset(row.rights)
        request.user = row.user
        route = request.resolver_match.url_name if request.resolver_match else ""
        if not admits(row.user, route or ""):
            raise NotAllowed(Message("you have no right to do this here"))
        asked = _ASKED.get((route or "").removeprefix("api-list-"))
        known = set(asked.model_fields) if asked else set()
        if set(request.GET) - known:
            raise UnknownField(Message("the values are not as the action takes them"))
        return row.user


api = NinjaAPI(
    title="Karavan",
    version="1",
    description="The desk's actions and lists. A token is made on the page of one's own name.",
    docs_url=None,
    auth=Bearer(),
    urls_namespace="api",
)


def _do(name: str) -> Callable[..., Any]:
    do = getattr(actions, name)
    takes = taken_by(name, do)

    def write(request: HttpRequest, body: BaseModel) -> Any:
        posted = do(request.user, body.id, timezone.now(), **values_of(body.values))  # type: ignore[attr-defined]
        return Status(200 if posted.again else 201, {"id": str(posted.id), "seq": posted.seq, "again": posted.again})

    write.__annotations__["body"] = takes
    write.__doc__ = f"Write: {do.kind}."
    return write


def _narrow(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column.endswith("_id") or column in offered.FILTERS)


_ASKED = {name: asked_of(name, model, _narrow(columns)) for name, (model, _, columns) in offered.LISTS.items()}


def _list(name: str, model: Any, columns: tuple[str, ...]) -> Callable[..., Any]:
    def read(request: HttpRequest, page: Query[Page]) -> Any:
        user = request.user
        assert isinstance(user, rows.User)  # Bearer lets in nobody else
        found = visible(user, model).order_by("pk")
        if page.after:
            key = key_of(model, page.after)
            if key is None:
                raise NotFound(Message("there is no such thing here"))
            found = found.filter(pk__gt=key)
        for column in _narrow(columns):
            if text := getattr(page, column):
                by = narrowed(model, column, text)
                found = found.filter(**by) if by is not None else found.none()
        return list(found.values(*columns)[: page.limit])

    read.__annotations__["page"] = Query[_ASKED[name]]  # type: ignore[misc, type-arg, valid-type]
    return read


def _one(model: Any, columns: tuple[str, ...]) -> Callable[..., Any]:
    def read(request: HttpRequest, key: str) -> Any:
        user = request.user
        assert isinstance(user, rows.User)  # Bearer lets in nobody else
        number = key_of(model, key)
        if number is None:
            raise NotFound(Message("there is no such thing here"))
        row = seen(user, model, number)
        return {column: getattr(row, column) for column in columns}

    read.__annotations__["key"] = str
    return read


def _add_routes() -> None:
    router = api.default_router
    for name in offered.ACTIONS:
        answers = {200: Written, 201: Written, **REFUSALS}
        router.add_api_operation(
            f"/actions/{name}", ["POST"], _do(name), response=answers, operation_id=name, url_name=f"api-{name}"
        )
    for name, (model, _, columns) in offered.LISTS.items():
        row = told_of(name, model, columns)
        router.add_api_operation(
            f"/{name}",
            ["GET"],
            _list(name, model, columns),
            response={200: list[row], **REFUSALS},  # type: ignore[valid-type]
            operation_id=f"list_{name}",
            url_name=f"api-list-{name}",
        )
        router.add_api_operation(
            f"/{name}/{{key}}",
            ["GET"],
            _one(model, columns),
            response={200: row, **REFUSALS},
            operation_id=f"one_{name}",
            url_name=f"api-one-{name}",
        )
    router.add_api_operation(
        "/dispositions/{key}",
        ["GET"],
        whereabouts.read,
        response={200: whereabouts.Disposition, **REFUSALS},
        operation_id="one_dispositions",
        url_name="api-one-dispositions",
    )


_add_routes()


def _answer(request: HttpRequest, status: int, message: Message, fields: list[str] | None = None) -> HttpResponse:
    said = message.say(translator(translation.get_language() or "en"))
    return api.create_response(request, {"error": said, "fields": fields or []}, status=status)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    status = {NotFound: 404, NotAllowed: 403, UnknownField: 422, Busy: 503}.get(type(error), 409)
    return _answer(request, status, error.message)


@api.exception_handler(DataError)
def _too_large(request: HttpRequest, error: DataError) -> HttpResponse:
    """PostgreSQL holds texts to their length and numbers to their size."""
    return _answer(request, 409, Message("a value is too long or too large"))


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _answer(request, 401, Message("a token is needed that is not revoked and not over"))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON."""
    return _answer(request, error.status_code, Message("the values are not as the action takes them"))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which fields, not what was in them: an answer is logged more easily than a question."""
    fields = [f"{'.'.join(str(part) for part in found['loc'])}: {found['type']}" for found in error.errors]
    return _answer(request, 422, Message("the values are not as the action takes them"), fields[:20])
