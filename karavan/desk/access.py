"""Who may do what, and who may see what: every query for an object starts here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from karavan.desk import models as rows
from karavan.desk.api.offered import ROUTES as API_ROUTES
from karavan.domain.errors import NotAllowed, NotFound
from karavan.domain.message import Message
from karavan.domain.roles import RIGHTS, Right, Role

Row = TypeVar("Row", bound=Model)

PUBLIC, SIGNED_IN = "public", "signed in"

ROUTES: dict[str, Right | tuple[Right, ...] | str] = {
    "login": PUBLIC,
    "logout": SIGNED_IN,
    "language": PUBLIC,
    "home": SIGNED_IN,
    "find": SIGNED_IN,
    "health": PUBLIC,
    "ready": PUBLIC,
    "metrics": PUBLIC,  # its view asks for a token, or for this machine
    "waybills": Right.SEE_MOVEMENTS,
    "waybill": Right.SEE_MOVEMENTS,
    "waybill_check": Right.SEE_MOVEMENTS,
    "waybill_paper": Right.ISSUE_WAYBILL,
    "waybill_print": Right.ISSUE_WAYBILL,
    "journey_print": Right.ISSUE_WAYBILL,
    "convoy_print": Right.ISSUE_WAYBILL,
    "paper": Right.ISSUE_WAYBILL,
    "waybill_return": Right.MOVE_STOCK,
    "transfers": Right.SEE_MOVEMENTS,
    "transfer": Right.SEE_MOVEMENTS,
    "transfer_ask": Right.MOVE_STOCK,
    "stock_apart": Right.MOVE_STOCK,
    "waybill_reserve": Right.ISSUE_WAYBILL,
    "waybill_void": Right.ISSUE_WAYBILL,
    "waybill_load": Right.LOAD,
    "waybill_dispatch": Right.DISPATCH,
    "waybill_receive": Right.RECEIVE,
    "waybill_hand_over": Right.RECEIVE,
    "waybill_loss": Right.SIGN_LOSS,
    "losses": (Right.SIGN_LOSS, Right.SEE_AUDIT),
    "loss": (Right.SIGN_LOSS, Right.SEE_AUDIT),
    "board": Right.SEE_MOVEMENTS,
    "control": Right.SEE_AUDIT,
    "consignments": Right.SEE_MOVEMENTS,
    "consignment": Right.SEE_MOVEMENTS,
    "convoys": Right.SEE_MOVEMENTS,
    "convoy": Right.SEE_MOVEMENTS,
    "convoy_gate": Right.DISPATCH,
    "convoy_check_in": Right.DISPATCH,
    "journey_incident": Right.REPORT_INCIDENT,
    "stock": Right.SEE_STOCK,
    "stock_card": Right.SEE_STOCK,
    "stock_receive": Right.MOVE_STOCK,
    "stock_kits": Right.MOVE_STOCK,
    "stock_unkit": Right.MOVE_STOCK,
    "stock_bake": Right.MOVE_STOCK,
    "stock_keep": Right.MOVE_STOCK,
    "stock_loss": Right.SIGN_LOSS,
    "counts": (Right.SIGN_LOSS, Right.SEE_AUDIT),
    "count": (Right.SIGN_LOSS, Right.SEE_AUDIT),
    "count_stores": Right.COUNT_STOCK,
    "count_store": Right.COUNT_STOCK,
    "fleet": Right.SEE_FLEET,
    "vehicle": Right.SEE_FLEET,
    "vehicle_new": Right.EDIT_FLEET,
    "vehicle_edit": Right.EDIT_FLEET,
    "vehicle_service": Right.EDIT_FLEET,
    "vehicle_driver": Right.EDIT_FLEET,
    "crew": Right.SEE_CONTACTS,
    "convoy_leader": Right.DISPATCH,
    "clearances": Right.SEE_MOVEMENTS,
    "clearance": Right.SEE_MOVEMENTS,
    "clearance_new": Right.ISSUE_WAYBILL,
    "clearance_answer": Right.ISSUE_WAYBILL,
    "clearance_sheet": Right.ISSUE_WAYBILL,
    "map": Right.SEE_ROADS,
    "roads": Right.SEE_ROADS,
    "road": Right.SEE_ROADS,
    "road_report": Right.REPORT_ROAD,
    "road_new": Right.EDIT_PLACES,
    "places": Right.SEE_ROADS,
    "place": Right.SEE_ROADS,
    "place_new": Right.EDIT_PLACES,
    "place_edit": Right.EDIT_PLACES,
    "ground_import": (Right.EDIT_PLACES, Right.EDIT_FLEET),
    "requests": (Right.SEE_REQUESTS, Right.RAISE_REQUEST),
    "request": (Right.SEE_REQUESTS, Right.RAISE_REQUEST),
    "request_new": Right.RAISE_REQUEST,
    "request_edit": Right.RAISE_REQUEST,
    "request_submit": Right.RAISE_REQUEST,
    "request_decide": Right.DECIDE_REQUEST,
    "request_cancel": Right.DECIDE_REQUEST,
    "request_import": Right.SEE_CONTACTS,
    "representatives": Right.INVITE_REPRESENTATIVE,
    "link": PUBLIC,
    "plans": Right.SEE_PLANS,
    "plan_ask": Right.MAKE_PLAN,
    "planning_job": Right.SEE_PLANS,
    "plan": Right.SEE_PLANS,
    "plan_page": Right.SEE_PLANS,
    "plan_approve": Right.APPROVE_PLAN,
    "plan_issue": Right.ISSUE_WAYBILL,
    "plan_changes": Right.SEE_PLANS,
    "plan_again": Right.MAKE_PLAN,
    "plan_by_hand": Right.MAKE_PLAN,
    "plan_pin": Right.MAKE_PLAN,
    "planning_cancel": Right.MAKE_PLAN,
    "planning_repeat": Right.MAKE_PLAN,
    "code": SIGNED_IN,
    "self": SIGNED_IN,
    "notices": SIGNED_IN,
    "unsent": SIGNED_IN,
    "mails": Right.MANAGE_USERS,
    "settings": Right.EDIT_SETTINGS,
    "people": Right.MANAGE_USERS,
    "person": Right.MANAGE_USERS,
    "contacts": Right.SEE_CONTACTS,
    "retention": (Right.SEE_CONTACTS, Right.EDIT_SETTINGS),
    "openapi-json": PUBLIC,
    **API_ROUTES,
}
"""Each route's name and what it takes to come in: a right, or one of several. A route without a row is closed, and the
tests say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    Who sees the rows of a table.

    Attributes
    ----------
    right
        Whoever has it, or one of them, in the row's operation.
    operation
        The way to the operation; empty where a row is of all: whoever has the right everywhere in every operation.
    places
        Ways to places: a role at one place sees the rows of which one of these is the place; without any, all.
    own
        The way to the user who sees the row besides.
    everywhere
        A role at one place sees none of it: the rows tell of all places at once.
    """

    right: Right | tuple[Right, ...]
    operation: str = "operation"
    places: tuple[str, ...] = ()
    own: str = ""
    everywhere: bool = False


_MEMBERS = (
    Right.RAISE_REQUEST,
    Right.SEE_REQUESTS,
    Right.SEE_STOCK,
    Right.COUNT_STOCK,
    Right.SEE_ROADS,
    Right.SEE_MOVEMENTS,
)
_OF_WAYBILL = ("waybill__origin", "waybill__destination")
_OF_LINE = ("line__waybill__origin", "line__waybill__destination")

SCOPES: dict[type[Model], Scope] = {
    rows.Place: Scope(right=_MEMBERS),
    rows.PlaceName: Scope(right=_MEMBERS, operation="place__operation"),
    rows.Item: Scope(right=_MEMBERS),
    rows.ItemName: Scope(right=_MEMBERS, operation="item__operation"),
    rows.Request: Scope(right=Right.SEE_REQUESTS, places=("place",), own="created_by"),
    rows.RequestLine: Scope(
        right=Right.SEE_REQUESTS, operation="request__operation", places=("request__place",), own="request__created_by"
    ),
    rows.Consignment: Scope(right=Right.SEE_REQUESTS, places=("request__place",), own="request__created_by"),
    rows.Decision: Scope(
        right=Right.SEE_REQUESTS, operation="request__operation", places=("request__place",), own="request__created_by"
    ),
    rows.Batch: Scope(right=Right.SEE_STOCK),
    rows.Account: Scope(right=Right.SEE_STOCK, places=("place", *_OF_LINE)),
    rows.Transfer: Scope(
        right=Right.SEE_STOCK,
        operation="source__operation",
        places=tuple(f"{side}__{way}" for side in ("source", "target") for way in ("place", *_OF_LINE)),
    ),
    rows.Balance: Scope(
        right=Right.SEE_STOCK,
        operation="account__operation",
        places=("account__place", "account__line__waybill__origin", "account__line__waybill__destination"),
    ),
    rows.Expected: Scope(right=Right.SEE_STOCK, places=("place",)),
    rows.Count: Scope(right=Right.SEE_STOCK, places=("place",), own="by"),
    rows.CountLine: Scope(
        right=(Right.SIGN_LOSS, Right.SEE_AUDIT), operation="count__operation", places=("count__place",)
    ),
    rows.LossLine: Scope(
        right=(Right.SIGN_LOSS, Right.SEE_AUDIT),
        operation="report__operation",
        places=("report__place",),
        own="report__by",
    ),
    rows.LossReport: Scope(right=(Right.SIGN_LOSS, Right.SEE_AUDIT), places=("place",), own="by"),
    rows.PlanDocument: Scope(right=Right.SEE_PLANS, everywhere=True),
    rows.PlanningJob: Scope(right=Right.SEE_PLANS, everywhere=True),
    rows.Road: Scope(right=Right.SEE_ROADS),
    rows.RoadReport: Scope(right=Right.SEE_ROADS, operation="road__operation"),
    # It tells when a convoy leaves: for whoever sees movements, not for whoever sees roads.
    rows.Clearance: Scope(right=Right.SEE_MOVEMENTS, places=("convoy__origin", "convoy__destination")),
    rows.Vehicle: Scope(right=Right.SEE_FLEET),
    rows.VehicleService: Scope(right=Right.SEE_FLEET, operation="vehicle__operation"),
    rows.Convoy: Scope(right=Right.SEE_MOVEMENTS, places=("origin", "destination")),
    rows.Journey: Scope(right=Right.SEE_MOVEMENTS, places=("waybills__origin", "waybills__destination")),
    rows.Waybill: Scope(right=Right.SEE_MOVEMENTS, places=("origin", "destination")),
    rows.StoreTransfer: Scope(right=Right.SEE_MOVEMENTS, places=("origin", "destination")),
    rows.PaperPrint: Scope(
        right=Right.ISSUE_WAYBILL, places=("waybill__origin", "convoy__origin", "journey__waybills__origin")
    ),
    rows.WaybillLine: Scope(
        right=Right.SEE_MOVEMENTS,
        operation="waybill__operation",
        places=("waybill__origin", "waybill__destination"),
    ),
    rows.SettingChange: Scope(right=Right.EDIT_SETTINGS),
    rows.ConvoyJourney: Scope(
        right=Right.SEE_MOVEMENTS, operation="convoy__operation", places=("convoy__origin", "convoy__destination")
    ),
    rows.Readiness: Scope(
        right=Right.SEE_MOVEMENTS, operation="convoy__operation", places=("convoy__origin", "convoy__destination")
    ),
    rows.CheckIn: Scope(
        right=Right.SEE_MOVEMENTS, operation="convoy__operation", places=("convoy__origin", "convoy__destination")
    ),
    rows.Incident: Scope(
        right=Right.SEE_MOVEMENTS,
        operation="journey__operation",
        places=("journey__waybills__origin", "journey__waybills__destination"),
    ),
    rows.WaybillVoid: Scope(right=Right.SEE_MOVEMENTS, operation="waybill__operation", places=_OF_WAYBILL),
    rows.Loaded: Scope(right=Right.SEE_MOVEMENTS, operation="line__waybill__operation", places=_OF_LINE),
    rows.Dispatch: Scope(right=Right.SEE_MOVEMENTS, operation="waybill__operation", places=_OF_WAYBILL),
    rows.Receipt: Scope(right=Right.SEE_MOVEMENTS, operation="waybill__operation", places=_OF_WAYBILL),
    rows.ReceiptLine: Scope(right=Right.SEE_MOVEMENTS, operation="line__waybill__operation", places=_OF_LINE),
    rows.Contact: Scope(right=Right.SEE_CONTACTS),
    rows.Membership: Scope(right=Right.MANAGE_USERS, own="user"),
    rows.User: Scope(right=Right.MANAGE_USERS, operation="memberships__operation"),
    rows.Event: Scope(right=Right.SEE_AUDIT, operation=""),
    rows.Notice: Scope(right=(), own="user"),
    rows.Token: Scope(right=Right.MANAGE_USERS, operation="user__memberships__operation", own="user"),
}

BEFORE_CODE = frozenset({"code", "logout"})
"""Where somebody comes who has given the password and not yet the second factor."""


def visible(user: rows.User, model: type[Row]) -> QuerySet[Row]:
    """
    The rows of a table that the user may see: no other query for an object is made for anybody.

    Raises
    ------
    KeyError
        The table has no scope: nobody sees it.
    """
    scope = SCOPES[model]
    allowed = Q(pk__in=[])
    wanted = frozenset(scope.right if isinstance(scope.right, tuple) else (scope.right,))
    if not scope.operation:
        return model._default_manager.all() if _everywhere(user, wanted) else model._default_manager.none()
    for membership in _memberships(user):
        if wanted & _rights(user, membership) and not (scope.everywhere and membership.place_id):
            inside = Q(**{scope.operation: membership.operation_id})
            if membership.place_id and scope.places:
                here = Q(pk__in=[])
                for way in scope.places:
                    here |= Q(**{way: membership.place_id})
                inside &= here
            allowed |= inside
    if scope.own and user.is_active:
        allowed |= Q(**{scope.own: user.pk})
    return model._default_manager.filter(allowed).distinct()


def seen(user: rows.User, model: type[Row], pk: object) -> Row:
    """
    One row that the user may see.

    Raises
    ------
    NotFound
        There is none, or it is not for the user: which of the two is not said.
    """
    row = visible(user, model).filter(pk=pk).first()
    if row is None:
        raise NotFound(Message("there is no such thing here"))
    return row


def require(user: rows.User, right: Right, operation: rows.Operation | int, *places: rows.Place | None) -> None:
    """
    Let the user pass, or not.

    Parameters
    ----------
    places
        A role at one place has its rights where one of these is the place; where none is named, it has none.

    Raises
    ------
    NotAllowed
        No role of the user has the right there.
    """
    number = operation if isinstance(operation, int) else operation.pk
    here = {place.pk for place in places if place is not None}
    for membership in _memberships(user):
        is_here = membership.place_id is None or membership.place_id in here
        if membership.operation_id == number and is_here and right in _rights(user, membership):
            return
    raise NotAllowed(Message("you have no right to do this here"))


def may(user: rows.User, right: Right, operation: rows.Operation | int, *places: rows.Place | None) -> bool:
    """Whether :func:`require` would let the user pass: what a page offers."""
    try:
        require(user, right, operation, *places)
    except NotAllowed:
        return False
    return True


def rights(user: rows.User) -> frozenset[Right]:
    """Every right that the user has anywhere."""
    return frozenset(right for membership in _memberships(user) for right in _rights(user, membership))


def rights_everywhere(user: rows.User) -> frozenset[Right]:
    """Every right that the user has at all places of some operation."""
    mine = (membership for membership in _memberships(user) if membership.place_id is None)
    return frozenset(right for membership in mine for right in _rights(user, membership))


def operations(user: rows.User, right: Right) -> QuerySet[rows.Operation]:
    """The operations in which the user has the right everywhere."""
    found = [row.operation_id for row in _memberships(user) if row.place_id is None and right in _rights(user, row)]
    return rows.Operation.objects.filter(pk__in=found).order_by("code")


def works_in_several(user: rows.User) -> bool:
    """Whether lists have to say which operation a row belongs to: numbers and places may be alike in two."""
    return rows.Membership.objects.filter(user=user.pk, until=None).values("operation").distinct().count() > 1


def needs_code(user: rows.User) -> bool:
    """Whether the user's own setting, one of their roles, or a second factor that they have asks for one."""
    roles = rows.Membership.objects.filter(user=user.pk, until=None).select_related("operation")
    return (
        user.one_code_required
        or any(row.role in row.operation.code_roles for row in roles)
        or TOTPDevice.objects.filter(user=user.pk, confirmed=True).exists()
    )


def verified(user: rows.User) -> bool:
    """Whether the second factor was given in this session, by a device that the user still has."""
    return getattr(user, "otp_device", None) is not None


def _rights(user: rows.User, membership: rows.Membership) -> frozenset[Right]:
    held = RIGHTS[Role(membership.role)]
    return held if user.limited_to is None else frozenset(right for right in held if right.value in user.limited_to)


def _everywhere(user: rows.User, wanted: frozenset[Right]) -> bool:
    """Whether the user has one of the rights in each operation that there is, at all its places."""
    mine = [row for row in _memberships(user) if row.place_id is None and wanted & _rights(user, row)]
    here = {row.operation_id for row in mine}
    return bool(here) and not rows.Operation.objects.exclude(pk__in=here).exists()


def _memberships(user: rows.User) -> list[rows.Membership]:
    """Read anew each time: a role that is ended is ended at once."""
    if not user.pk or not rows.User.objects.filter(pk=user.pk, is_active=True).exists():
        return []
    return list(rows.Membership.objects.filter(user=user.pk, until=None))


def admits(user: rows.User, route: str, held: frozenset[Right] | None = None) -> bool:
    """
    Whether the user may come in by this route; a route without a row admits nobody.

    Parameters
    ----------
    held
        What :func:`rights` gave just now, where several routes are asked for.
    """
    needed = ROUTES.get(route)
    if needed in (PUBLIC, SIGNED_IN):
        return True
    several = needed if isinstance(needed, tuple) else (needed,)
    return any(right in several for right in (rights(user) if held is None else held))


def where(user: rows.User, right: Right) -> QuerySet[rows.Place]:
    """The places at which the user has the right: what a form offers."""
    allowed = Q(pk__in=[])
    for membership in _memberships(user):
        if right in _rights(user, membership):
            here = Q(operation=membership.operation_id)
            allowed |= here & Q(pk=membership.place_id) if membership.place_id else here
    return rows.Place.objects.filter(allowed)
