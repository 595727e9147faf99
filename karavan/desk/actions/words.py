"""What the database refused, in words. Each guard and each constraint that a person can run into has its sentence."""

from __future__ import annotations

import re

from karavan.domain.errors import Refused
from karavan.domain.message import Message

REFUSALS: dict[str, Message] = {
    "balance_not_below_nothing": Message("there is not so much of it left"),
    "transfer_quantity": Message("a quantity is a whole number, at least 1"),
    "request_line_quantity": Message("a quantity is a whole number, at least 1"),
    "request_number": Message("this number is taken"),
    "batch_code": Message("there is a batch of this code from this place already"),
    "changed": Message("what is written stays as it is; a correction is another paper"),
    "deleted": Message("what is written stays as it is; a correction is another paper"),
    "replaced": Message("there is one already"),
    "not_whole": Message("a quantity is a whole number, at least 1"),
    "request_closed": Message("the request is closed for changes; a new one may name it"),
    "not_decided": Message("the request has not all its approvals"),
    "own_request": Message("nobody decides a request that is their own"),
    "same_signature": Message("each level is signed by another person"),
    "not_waiting": Message("the request does not wait for a decision"),
    "own_plan": Message("a second person approves a plan, not the one who made it"),
    "plan_not_approved": Message("the plan is not approved"),
    "waybill_issued": Message("the waybill is issued; its lines stay as they are"),
    "overloaded": Message("more was loaded than the waybill names"),
    "already_dispatched": Message("the waybill has left"),
    "void": Message("the waybill is void"),
    "not_loaded": Message("not every line of the waybill is tallied"),
    "not_dispatched": Message("the waybill has not left"),
    "not_left": Message(
        "the convoy has not left: first one of its waybills is dispatched, or it is released without goods"
    ),
    "seen_later": Message("the moment when this was seen is still to come"),
    "own_dispatch": Message("whoever dispatched does not receive"),
    "receipt_adds_up": Message("the counts do not add up to what was loaded"),
    "gate_shut": Message("the convoy's gate is shut"),
    "no_leader": Message("no leader of the convoy is named"),
    "no_driver": Message("no driver is named for every vehicle of the convoy"),
    "no_clearance": Message("no clearance or notification on record holds for the whole way and time of the convoy"),
    "not_printed": Message("not every waybill of the convoy is printed"),
    "own_transfer": Message("whoever asks for a transfer does not issue its waybill"),
    "own_return": Message("whoever received the goods does not take them back into store"),
    "transfer_between_two": Message("goods move from one store to another one"),
    "own_loss": Message("a second person signs a loss, not the one who reported it"),
    "own_count": Message("a second person signs a count, not the one who counted"),
    "own_settings": Message("a second person signs a change that loosens a control, not the one who asked for it"),
    "levels_lowered": Message("fewer approvals take a second person"),
    "own_store": Message("whoever keeps a store or sees its books does not count it"),
    "own_role": Message("nobody gives a role to themselves"),
}

_OTHER = Message("the database refused this, and nothing was written")
_ONCE = Message("there is one already")


def refusal(error: Exception) -> Refused:
    """The refusal that a database's error stands for; which rule it was is in its text."""
    text = str(error)
    guard = re.search(r"karavan:(\w+)", text)
    if guard:
        return Refused(REFUSALS.get(guard[1], _OTHER))
    for name, message in REFUSALS.items():
        if f'"{name}"' in text or text.endswith(f"failed: {name}"):
            return Refused(message)
    return Refused(_ONCE if "unique" in text.casefold() else _OTHER)
