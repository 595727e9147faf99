"""What a convoy needs at its gate."""

from __future__ import annotations


def granted(desk, convoy, **other):
    """A clearance for the convoy, asked and answered."""
    asked = {"operation": desk.operation.pk, "kind": "clearance", "lead_s": 60, "convoy": convoy.pk}
    number = desk.do("ask_clearance", "dispatcher", **asked, authority="police", reference="OUT-1").id
    said = {"answer": "granted", "authority": "police", "reference": "IN-1", **other}
    desk.do("answer_clearance", "dispatcher", clearance=number, **said)
    return number


def signs(desk, convoy, condition, met=True):
    desk.do("sign_readiness", "dispatcher", convoy=convoy.pk, condition=condition, met=met)
