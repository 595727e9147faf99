"""What programs may do and read: one visible list of each. What is not in it, the API does not have."""

from __future__ import annotations

from django.db.models import Model

from karavan.desk import models as rows
from karavan.domain.roles import Right

ACTIONS: dict[str, Right] = {
    "enter_request": Right.RAISE_REQUEST,
    "edit_request": Right.RAISE_REQUEST,
    "submit_request": Right.RAISE_REQUEST,
    "decide_request": Right.DECIDE_REQUEST,
    "cancel_request": Right.DECIDE_REQUEST,
    "receive_stock": Right.MOVE_STOCK,
    "make_kits": Right.MOVE_STOCK,
    "break_kits": Right.MOVE_STOCK,
    "record_baking": Right.MOVE_STOCK,
    "keep_for": Right.MOVE_STOCK,
    "set_apart": Right.MOVE_STOCK,
    "return_goods": Right.MOVE_STOCK,
    "ask_transfer": Right.MOVE_STOCK,
    "issue_transfer": Right.ISSUE_WAYBILL,
    "print_waybill": Right.ISSUE_WAYBILL,
    "print_loading_list": Right.ISSUE_WAYBILL,
    "print_convoy_sheet": Right.ISSUE_WAYBILL,
    "record_count": Right.COUNT_STOCK,
    "approve_count": Right.SIGN_LOSS,
    "report_loss": Right.SIGN_LOSS,
    "approve_loss": Right.SIGN_LOSS,
    "report_road": Right.REPORT_ROAD,
    "add_place": Right.EDIT_PLACES,
    "edit_place": Right.EDIT_PLACES,
    "add_road": Right.EDIT_PLACES,
    "ask_clearance": Right.ISSUE_WAYBILL,
    "answer_clearance": Right.ISSUE_WAYBILL,
    "add_vehicle": Right.EDIT_FLEET,
    "edit_vehicle": Right.EDIT_FLEET,
    "take_out_of_service": Right.EDIT_FLEET,
    "return_to_service": Right.EDIT_FLEET,
    "name_driver": Right.NAME_DRIVER,
    "enter_driver": Right.NAME_DRIVER,
    "name_leader": Right.DISPATCH,
    "ask_plan": Right.MAKE_PLAN,
    "ask_replan": Right.MAKE_PLAN,
    "cancel_search": Right.MAKE_PLAN,
    "pin_journey": Right.MAKE_PLAN,
    "propose_plan": Right.MAKE_PLAN,
    "approve_plan": Right.APPROVE_PLAN,
    "issue_waybills": Right.ISSUE_WAYBILL,
    "reserve_waybill": Right.ISSUE_WAYBILL,
    "void_waybill": Right.ISSUE_WAYBILL,
    "load_waybill": Right.LOAD,
    "dispatch_waybill": Right.DISPATCH,
    "receive_waybill": Right.RECEIVE,
    "hand_over": Right.RECEIVE,
    "sign_readiness": Right.DISPATCH,
    "check_in": Right.DISPATCH,
    "report_incident": Right.REPORT_INCIDENT,
    "enter_contact": Right.RAISE_REQUEST,
    "erase_contact": Right.SEE_CONTACTS,
    "erase_representative": Right.INVITE_REPRESENTATIVE,
    "erase_words": Right.SEE_CONTACTS,
    "add_user": Right.MANAGE_USERS,
    "grant_role": Right.MANAGE_USERS,
    "end_role": Right.MANAGE_USERS,
    "close_user": Right.MANAGE_USERS,
    "reopen_user": Right.MANAGE_USERS,
    "erase_user": Right.MANAGE_USERS,
    "require_codes": Right.MANAGE_USERS,
    "change_settings": Right.EDIT_SETTINGS,
    "set_retention": Right.EDIT_SETTINGS,
    "approve_settings": Right.EDIT_SETTINGS,
    "begin_emergency": Right.EDIT_SETTINGS,
    "end_emergency": Right.EDIT_SETTINGS,
}
"""
Each action and the right without which it is not even tried; the action itself asks where its user has it. Not here:
passwords, second factors, tokens and personal links, which are a person's at the page; what only the desk itself
writes; and what needs a whole workbook.
"""

HELD_BACK = frozenset(
    {
        "change_password",
        "end_representative",
        "enrol_code",
        "import_ground",
        "import_requests",
        "invite_representative",
        "keep_plan",
        "let_in",
        "make_token",
        "open_operation",
        "renew_link",
        "reset_code",
        "revoke_token",
        "set_mail",
        "set_password",
    }
)

_MEMBERS = (
    Right.RAISE_REQUEST,
    Right.SEE_REQUESTS,
    Right.SEE_STOCK,
    Right.COUNT_STOCK,
    Right.SEE_ROADS,
    Right.SEE_MOVEMENTS,
)
_REQUESTS = (Right.SEE_REQUESTS, Right.RAISE_REQUEST)
_MOVEMENTS = (Right.SEE_MOVEMENTS,)

LISTS: dict[str, tuple[type[Model], tuple[Right, ...], tuple[str, ...]]] = {
    "places": (
        rows.Place,
        _MEMBERS,
        ("id", "operation_id", "code", "kind", "pcode", "latitude_deg", "longitude_deg", "population", "opening"),
    ),
    "place_names": (rows.PlaceName, _MEMBERS, ("id", "place_id", "language", "name")),
    "items": (
        rows.Item,
        _MEMBERS,
        ("id", "operation_id", "code", "item_class", "unit", "mass_g", "volume_cm3", "shelf_life_s"),
    ),
    "item_names": (rows.ItemName, _MEMBERS, ("id", "item_id", "language", "name")),
    "requests": (
        rows.Request,
        (Right.SEE_REQUESTS, Right.RAISE_REQUEST),
        ("id", "operation_id", "number", "place_id", "people", "raised_at", "approval", "round", "level", "reopens_id"),
    ),
    "request_lines": (
        rows.RequestLine,
        (Right.SEE_REQUESTS, Right.RAISE_REQUEST),
        ("id", "request_id", "item", "quantity", "priority", "needed_by"),
    ),
    "decisions": (rows.Decision, _REQUESTS, ("id", "request_id", "round", "level", "decision", "by_id", "at")),
    "consignments": (rows.Consignment, _REQUESTS, ("id", "operation_id", "request_id", "number")),
    "batches": (
        rows.Batch,
        (Right.SEE_STOCK,),
        ("id", "operation_id", "item_id", "code", "origin_id", "donor", "expiry", "made_at"),
    ),
    "balances": (rows.Balance, (Right.SEE_STOCK,), ("id", "account_id", "batch_id", "quantity")),
    "accounts": (rows.Account, (Right.SEE_STOCK,), ("id", "operation_id", "kind", "place_id", "line_id", "label")),
    "transfers": (
        rows.Transfer,
        (Right.SEE_STOCK,),
        ("id", "event_id", "source_id", "target_id", "batch_id", "quantity"),
    ),
    "expected": (
        rows.Expected,
        (Right.SEE_STOCK,),
        ("id", "operation_id", "place_id", "batch_id", "quantity", "reserved", "available_from", "arrived_at"),
    ),
    "counts": (rows.Count, (Right.SEE_STOCK, Right.COUNT_STOCK), ("id", "operation_id", "place_id", "by_id", "at")),
    "count_lines": (
        rows.CountLine,
        (Right.SIGN_LOSS, Right.SEE_AUDIT),
        ("id", "count_id", "batch_id", "counted", "book"),
    ),
    "loss_lines": (
        rows.LossLine,
        (Right.SIGN_LOSS, Right.SEE_AUDIT),
        ("id", "report_id", "account_id", "batch_id", "quantity"),
    ),
    "losses": (
        rows.LossReport,
        (Right.SIGN_LOSS, Right.SEE_AUDIT),
        ("id", "operation_id", "place_id", "waybill_id", "reason", "at"),
    ),
    "plans": (rows.PlanDocument, (Right.SEE_PLANS,), ("id", "operation_id", "sha256", "made_at", "replans_id")),
    "jobs": (
        rows.PlanningJob,
        (Right.SEE_PLANS,),
        ("id", "operation_id", "asked_at", "state", "round", "value", "bound", "plan_id"),
    ),
    "roads": (
        rows.Road,
        (Right.SEE_ROADS,),
        ("id", "operation_id", "code", "origin_id", "destination_id", "distance_m", "drive_s", "one_way"),
    ),
    "road_reports": (
        rows.RoadReport,
        (Right.SEE_ROADS,),
        (
            "id",
            "road_id",
            "number",
            "status",
            "status_from",
            "status_until",
            "source",
            "max_gross_mass_g",
            "max_height_mm",
            "max_width_mm",
            "gate",
            "convoy_only",
            "night_allowed",
            "reported_at",
            "valid_until",
        ),
    ),
    "clearances": (
        rows.Clearance,
        (Right.SEE_MOVEMENTS,),
        (
            "id",
            "operation_id",
            "kind",
            "authority",
            "reference",
            "lead_s",
            "submitted_at",
            "answers_id",
            "answer",
            "valid_from",
            "valid_until",
            "convoy_id",
            "road_id",
            "recorded_at",
        ),
    ),
    "vehicles": (
        rows.Vehicle,
        (Right.SEE_FLEET,),
        ("id", "operation_id", "plate", "type", "payload_g", "available_from", "available_until"),
    ),
    "vehicle_services": (
        rows.VehicleService,
        (Right.SEE_FLEET,),
        ("id", "vehicle_id", "number", "reason", "since", "until", "at"),
    ),
    "convoys": (
        rows.Convoy,
        (Right.SEE_MOVEMENTS,),
        ("id", "operation_id", "plan_id", "code", "origin_id", "destination_id", "depart", "arrive"),
    ),
    "journeys": (
        rows.Journey,
        (Right.SEE_MOVEMENTS,),
        ("id", "operation_id", "plan_id", "code", "vehicle_id", "depart"),
    ),
    "waybills": (
        rows.Waybill,
        (Right.SEE_MOVEMENTS,),
        ("id", "operation_id", "series_id", "no", "journey_id", "origin_id", "destination_id", "depart", "arrive"),
    ),
    "waybill_lines": (
        rows.WaybillLine,
        (Right.SEE_MOVEMENTS,),
        ("id", "waybill_id", "position", "need", "batch_id", "quantity"),
    ),
    "convoy_journeys": (rows.ConvoyJourney, _MOVEMENTS, ("id", "convoy_id", "journey_id", "position")),
    "readiness": (rows.Readiness, _MOVEMENTS, ("id", "convoy_id", "condition", "met", "by_id", "at")),
    "check_ins": (rows.CheckIn, _MOVEMENTS, ("id", "convoy_id", "place_id", "state", "by_id", "at", "seen_at")),
    "incidents": (rows.Incident, _MOVEMENTS, ("id", "journey_id", "kind", "by_id", "at", "seen_at")),
    "voids": (rows.WaybillVoid, _MOVEMENTS, ("waybill_id", "by_id", "at")),
    "loaded": (rows.Loaded, _MOVEMENTS, ("line_id", "quantity", "by_id", "at")),
    "dispatches": (rows.Dispatch, _MOVEMENTS, ("waybill_id", "by_id", "at")),
    "receipts": (rows.Receipt, _MOVEMENTS, ("id", "waybill_id", "place_id", "by_id", "at", "counted_at")),
    "receipt_lines": (
        rows.ReceiptLine,
        _MOVEMENTS,
        (
            "id",
            "receipt_id",
            "line_id",
            "arrived",
            "good",
            "underweight",
            "underweight_g",
            "damaged",
            "missing",
            "excess",
        ),
    ),
    "contacts": (rows.Contact, (Right.SEE_CONTACTS,), ("id", "operation_id", "name", "phone", "email", "erased_at")),
    "events": (
        rows.Event,
        (Right.SEE_AUDIT,),
        ("seq", "id", "kind", "actor", "received_at", "body_sha256", "prev_hash", "hash"),
    ),
    "notices": (rows.Notice, tuple(Right), ("id", "operation_id", "message", "link", "at", "read_at")),
    "users": (
        rows.User,
        (Right.MANAGE_USERS,),
        ("id", "login", "language", "is_active", "one_code_required", "created_at"),
    ),
    "roles": (
        rows.Membership,
        (Right.MANAGE_USERS,),
        ("id", "user_id", "operation_id", "role", "place_id", "since", "until"),
    ),
}
"""Each list: its table, the rights of which one lets in, and the columns that are told, its key first."""

FILTERS = frozenset({"approval", "code", "item", "kind", "language", "login", "no", "number", "plate", "role", "state"})
"""Columns by which a list can be narrowed, besides those that name another row."""

ROUTES: dict[str, Right | tuple[Right, ...]] = {
    **{f"api-{name}": right for name, right in ACTIONS.items()},
    **{f"api-list-{name}": right for name, (_, right, _) in LISTS.items()},
    **{f"api-one-{name}": right for name, (_, right, _) in LISTS.items()},
    "api-one-dispositions": Right.SEE_MOVEMENTS,
}
