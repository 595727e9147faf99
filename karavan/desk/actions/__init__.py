"""Every write to the desk, one file a subject: ``do(actor, id, now, **values)``. They save; the domain decides."""

from karavan.desk.actions.by_hand import propose_plan
from karavan.desk.actions.cancelling import cancel_request
from karavan.desk.actions.clearances import answer_clearance, ask_clearance
from karavan.desk.actions.counts import approve_count, record_count
from karavan.desk.actions.fleet import (
    VehicleValues,
    add_vehicle,
    edit_vehicle,
    enter_driver,
    name_driver,
    name_leader,
    return_to_service,
    take_out_of_service,
)
from karavan.desk.actions.ground import PlaceRow, RoadRow, VehicleRow, import_ground
from karavan.desk.actions.handover import hand_over
from karavan.desk.actions.imports import RequestValues, import_requests
from karavan.desk.actions.keys import (
    change_password,
    close_user,
    enrol_code,
    erase_user,
    let_in,
    make_token,
    reopen_user,
    require_codes,
    reset_code,
    revoke_token,
    set_mail,
    set_password,
)
from karavan.desk.actions.losses import approve_loss, report_loss
from karavan.desk.actions.movements import (
    check_in,
    dispatch_waybill,
    load_waybill,
    receive_waybill,
    report_incident,
    reserve_waybill,
    sign_readiness,
    void_waybill,
)
from karavan.desk.actions.operations import open_operation
from karavan.desk.actions.papers import print_convoy_sheet, print_loading_list, print_waybill
from karavan.desk.actions.people import add_user, end_role, enter_contact, erase_contact, grant_role
from karavan.desk.actions.places import NameValues, PlaceValues, add_place, add_road, edit_place
from karavan.desk.actions.plans import approve_plan, ask_plan, issue_waybills, keep_plan
from karavan.desk.actions.posting import ACTIONS, Posted
from karavan.desk.actions.replans import ask_replan, cancel_search, pin_journey, pinned
from karavan.desk.actions.representatives import end_representative, invite_representative, renew_link
from karavan.desk.actions.requests import LineValues, decide_request, edit_request, enter_request, submit_request
from karavan.desk.actions.retention import erase_due, erase_representative, erase_words, set_retention
from karavan.desk.actions.roads import report_road
from karavan.desk.actions.settings import approve_settings, begin_emergency, change_settings, end_emergency
from karavan.desk.actions.stock import break_kits, keep_for, make_kits, receive_stock, record_baking
from karavan.desk.actions.transfers import ask_transfer, issue_transfer, return_goods, set_apart

__all__ = [
    "ACTIONS",
    "LineValues",
    "NameValues",
    "PlaceRow",
    "PlaceValues",
    "Posted",
    "RequestValues",
    "RoadRow",
    "VehicleRow",
    "VehicleValues",
    "add_place",
    "add_road",
    "add_user",
    "add_vehicle",
    "answer_clearance",
    "approve_count",
    "approve_loss",
    "approve_plan",
    "approve_settings",
    "ask_clearance",
    "ask_plan",
    "ask_replan",
    "ask_transfer",
    "begin_emergency",
    "break_kits",
    "cancel_request",
    "cancel_search",
    "change_password",
    "change_settings",
    "check_in",
    "close_user",
    "decide_request",
    "dispatch_waybill",
    "edit_place",
    "edit_request",
    "edit_vehicle",
    "end_emergency",
    "end_representative",
    "end_role",
    "enrol_code",
    "enter_contact",
    "enter_driver",
    "enter_request",
    "erase_contact",
    "erase_due",
    "erase_representative",
    "erase_user",
    "erase_words",
    "grant_role",
    "hand_over",
    "import_ground",
    "import_requests",
    "invite_representative",
    "issue_transfer",
    "issue_waybills",
    "keep_for",
    "keep_plan",
    "let_in",
    "load_waybill",
    "make_kits",
    "make_token",
    "name_driver",
    "name_leader",
    "open_operation",
    "pin_journey",
    "pinned",
    "print_convoy_sheet",
    "print_loading_list",
    "print_waybill",
    "propose_plan",
    "receive_stock",
    "receive_waybill",
    "record_baking",
    "record_count",
    "renew_link",
    "reopen_user",
    "report_incident",
    "report_loss",
    "report_road",
    "require_codes",
    "reserve_waybill",
    "reset_code",
    "return_goods",
    "return_to_service",
    "revoke_token",
    "set_apart",
    "set_mail",
    "set_password",
    "set_retention",
    "sign_readiness",
    "submit_request",
    "take_out_of_service",
    "void_waybill",
]
