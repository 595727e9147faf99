"""Each right in words, for whoever gives a token some of theirs."""

from __future__ import annotations

from karavan.domain.language import N_
from karavan.domain.roles import Right

RIGHT_WORDS = {
    Right.RAISE_REQUEST: N_("enter requests"),
    Right.SEE_REQUESTS: N_("see requests"),
    Right.INVITE_REPRESENTATIVE: N_("invite representatives"),
    Right.DECIDE_REQUEST: N_("decide requests"),
    Right.SEE_STOCK: N_("see stock"),
    Right.MOVE_STOCK: N_("move stock"),
    Right.COUNT_STOCK: N_("count stock"),
    Right.SIGN_LOSS: N_("sign losses"),
    Right.SEE_PLANS: N_("see plans"),
    Right.MAKE_PLAN: N_("make plans"),
    Right.APPROVE_PLAN: N_("approve plans"),
    Right.EDIT_SETTINGS: N_("change settings"),
    Right.EDIT_PLACES: N_("change places and roads"),
    Right.REPORT_ROAD: N_("report roads"),
    Right.SEE_ROADS: N_("see roads"),
    Right.SEE_FLEET: N_("see vehicles"),
    Right.EDIT_FLEET: N_("change vehicles"),
    Right.NAME_DRIVER: N_("name drivers"),
    Right.SEE_MOVEMENTS: N_("see convoys and waybills"),
    Right.ISSUE_WAYBILL: N_("issue waybills"),
    Right.LOAD: N_("load"),
    Right.DISPATCH: N_("dispatch"),
    Right.RECEIVE: N_("receive"),
    Right.REPORT_INCIDENT: N_("report incidents"),
    Right.SEE_CONTACTS: N_("see contacts"),
    Right.SEE_AUDIT: N_("see the audit"),
    Right.MANAGE_USERS: N_("manage users"),
}
