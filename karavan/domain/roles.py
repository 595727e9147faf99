"""Who may do what: roles are sets of rights, and a right is one verb. Duties are kept apart in the database besides."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing that somebody may do."""

    RAISE_REQUEST = "raise request"
    SEE_REQUESTS = "see requests"
    INVITE_REPRESENTATIVE = "invite representative"
    DECIDE_REQUEST = "decide request"
    SEE_STOCK = "see stock"
    MOVE_STOCK = "move stock"
    COUNT_STOCK = "count stock"
    SIGN_LOSS = "sign loss"
    SEE_PLANS = "see plans"
    MAKE_PLAN = "make plan"
    APPROVE_PLAN = "approve plan"
    EDIT_SETTINGS = "edit settings"
    EDIT_PLACES = "edit places"
    REPORT_ROAD = "report road"
    SEE_ROADS = "see roads"
    SEE_FLEET = "see fleet"
    EDIT_FLEET = "edit fleet"
    NAME_DRIVER = "name driver"
    SEE_MOVEMENTS = "see movements"
    ISSUE_WAYBILL = "issue waybill"
    LOAD = "load"
    DISPATCH = "dispatch"
    RECEIVE = "receive"
    REPORT_INCIDENT = "report incident"
    SEE_CONTACTS = "see contacts"
    SEE_AUDIT = "see audit"
    MANAGE_USERS = "manage users"


class Role(StrEnum):
    REPRESENTATIVE = "representative"
    OFFICER = "officer"
    APPROVER = "approver"
    PLANNER = "planner"
    DISPATCHER = "dispatcher"
    STOREKEEPER = "storekeeper"
    RECEIVER = "receiver"
    COUNTER = "counter"
    AUDITOR = "auditor"
    ADMIN = "admin"


_SEE_DESK = {Right.SEE_REQUESTS, Right.SEE_STOCK, Right.SEE_PLANS, Right.SEE_ROADS, Right.SEE_FLEET}

RIGHTS: dict[Role, frozenset[Right]] = {
    # Sees the own requests only (karavan/desk/access.py).
    Role.REPRESENTATIVE: frozenset({Right.RAISE_REQUEST}),
    Role.OFFICER: frozenset(
        {
            Right.RAISE_REQUEST,
            Right.SEE_REQUESTS,
            Right.INVITE_REPRESENTATIVE,
            Right.SEE_CONTACTS,
            Right.SEE_ROADS,
            Right.REPORT_ROAD,
        }
    ),
    Role.APPROVER: frozenset(
        _SEE_DESK | {Right.DECIDE_REQUEST, Right.APPROVE_PLAN, Right.SIGN_LOSS, Right.SEE_MOVEMENTS}
    ),
    Role.PLANNER: frozenset(
        _SEE_DESK
        | {
            Right.MAKE_PLAN,
            Right.REPORT_ROAD,
            Right.EDIT_FLEET,
            Right.NAME_DRIVER,
            Right.EDIT_PLACES,
            Right.EDIT_SETTINGS,
            Right.SEE_MOVEMENTS,
            Right.SEE_CONTACTS,
        }
    ),
    Role.DISPATCHER: frozenset(
        _SEE_DESK
        | {
            Right.ISSUE_WAYBILL,
            Right.LOAD,
            Right.DISPATCH,
            Right.NAME_DRIVER,
            Right.SEE_MOVEMENTS,
            Right.REPORT_ROAD,
            Right.REPORT_INCIDENT,
            Right.SEE_CONTACTS,
        }
    ),
    Role.STOREKEEPER: frozenset({Right.SEE_STOCK, Right.MOVE_STOCK, Right.SIGN_LOSS, Right.LOAD, Right.SEE_MOVEMENTS}),
    Role.RECEIVER: frozenset({Right.RECEIVE, Right.SEE_MOVEMENTS, Right.SIGN_LOSS}),
    # Counts without seeing the book's figure.
    Role.COUNTER: frozenset({Right.COUNT_STOCK}),
    Role.AUDITOR: frozenset(_SEE_DESK | {Right.SEE_MOVEMENTS, Right.SEE_AUDIT}),
    # No posting right: who hands out keys does not open doors.
    Role.ADMIN: frozenset({Right.MANAGE_USERS, Right.EDIT_SETTINGS}),
}

BOOKKEEPERS = frozenset(role for role, held in RIGHTS.items() if held & {Right.SEE_STOCK, Right.SIGN_LOSS})
"""Who is shown what the book says of a store: they do not count it, for a count is blind."""


def has(role: Role, right: Right) -> bool:
    return right in RIGHTS[role]
