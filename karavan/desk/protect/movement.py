"""Guards of convoys' gates, of what is heard from them, and of waybills, from their number to their receipt."""

from __future__ import annotations

from karavan.desk.protect.guard import Guard, unless_alone
from karavan.domain.clearances import GOOD
from karavan.domain.convoys import AFTER_LEAVING, READINESS

# The convoys c in which a waybill w travels: those that its journey joins before its goods are handed over.
_IN_CONVOY = """
    desk_waybill w JOIN desk_convoyjourney m ON m.journey_id = w.journey_id
    JOIN desk_convoy c ON c.id = m.convoy_id AND c.depart >= w.depart AND c.depart < w.arrive
"""

_SIGNED = f"""
    SELECT count(*) FROM desk_readiness r WHERE r.convoy_id = c.id AND r.met
    AND r.condition IN ({", ".join(f"'{condition}'" for condition in READINESS)})
    AND NOT EXISTS (SELECT 1 FROM desk_readiness l WHERE l.convoy_id = r.convoy_id AND l.condition = r.condition
        AND (l.at > r.at OR (l.at = r.at AND l.id > r.id)))
"""

GATES = [
    Guard(
        "gate_shut",
        "desk_dispatch",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {_IN_CONVOY} WHERE w.id = NEW.waybill_id AND ({_SIGNED}) < {len(READINESS)})",
    ),
    # A waybill that was issued when the papers had been signed.
    Guard(
        "not_printed",
        "desk_dispatch",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {_IN_CONVOY} WHERE w.id = NEW.waybill_id)"
        " AND NOT EXISTS (SELECT 1 FROM desk_paperprint p WHERE p.waybill_id = NEW.waybill_id)",
    ),
    Guard(
        "not_printed",
        "desk_readiness",
        "INSERT",
        f"NEW.condition = 'papers' AND NEW.met AND EXISTS (SELECT 1 FROM {_IN_CONVOY} WHERE c.id = NEW.convoy_id"
        " AND NOT EXISTS (SELECT 1 FROM desk_waybillvoid v WHERE v.waybill_id = w.id)"
        " AND NOT EXISTS (SELECT 1 FROM desk_paperprint p WHERE p.waybill_id = w.id))",
    ),
    Guard(
        "no_leader",
        "desk_readiness",
        "INSERT",
        "NEW.condition = 'leader' AND NEW.met AND NOT EXISTS (SELECT 1 FROM desk_convoy c"
        " JOIN desk_contact k ON k.id = c.leader_id WHERE c.id = NEW.convoy_id AND k.erased_at IS NULL)",
    ),
    Guard(
        "no_driver",
        "desk_readiness",
        "INSERT",
        "NEW.condition = 'drivers' AND NEW.met AND EXISTS (SELECT 1 FROM desk_convoyjourney m"
        " JOIN desk_journey j ON j.id = m.journey_id JOIN desk_vehicle v ON v.id = j.vehicle_id"
        " LEFT JOIN desk_contact k ON k.id = v.driver_id AND k.erased_at IS NULL"
        " WHERE m.convoy_id = NEW.convoy_id AND k.id IS NULL AND NOT (EXISTS (SELECT 1 FROM desk_waybill w"
        " JOIN desk_waybillvoid d ON d.waybill_id = w.id WHERE w.journey_id = j.id)"
        " AND NOT EXISTS (SELECT 1 FROM desk_waybill w WHERE w.journey_id = j.id"
        " AND NOT EXISTS (SELECT 1 FROM desk_waybillvoid d WHERE d.waybill_id = w.id))))",
    ),
    # Whether all roads of the way are covered, and whether a lead time is over, only the action looks up.
    Guard(
        "no_clearance",
        "desk_readiness",
        "INSERT",
        "NEW.condition = 'clearance' AND NEW.met AND NOT EXISTS (SELECT 1 FROM desk_clearance a"
        " JOIN desk_convoy c ON c.operation_id = a.operation_id WHERE c.id = NEW.convoy_id"
        " AND (a.convoy_id IS NULL OR a.convoy_id = c.id)"
        f" AND (a.answer IN ({', '.join(f'{answer.value!r}' for answer in GOOD)})"
        " OR (a.answer = 'waiting' AND a.kind = 'notification'))"
        " AND (a.valid_from IS NULL OR a.valid_from <= c.depart)"
        " AND (a.valid_until IS NULL OR a.valid_until >= c.arrive)"
        " AND NOT EXISTS (SELECT 1 FROM desk_clearance l WHERE l.answers_id = COALESCE(a.answers_id, a.id)"
        " AND (l.recorded_at > a.recorded_at OR (l.recorded_at = a.recorded_at AND l.id > a.id))))",
    ),
]

_AFTER_LEAVING = ", ".join(f"'{state}'" for state in sorted(AFTER_LEAVING))

HEARD = [
    # A convoy has left when a waybill of it was dispatched; one that carries nothing, when it was released.
    Guard(
        "not_left",
        "desk_checkin",
        "INSERT",
        f"NEW.state IN ({_AFTER_LEAVING}) AND ((EXISTS (SELECT 1 FROM {_IN_CONVOY} WHERE c.id = NEW.convoy_id)"
        f" AND NOT EXISTS (SELECT 1 FROM {_IN_CONVOY} JOIN desk_dispatch d ON d.waybill_id = w.id"
        " WHERE c.id = NEW.convoy_id AND d.at <= COALESCE(NEW.seen_at, NEW.at)))"
        f" OR (NOT EXISTS (SELECT 1 FROM {_IN_CONVOY} WHERE c.id = NEW.convoy_id)"
        " AND NOT EXISTS (SELECT 1 FROM desk_checkin r WHERE r.convoy_id = NEW.convoy_id AND r.state = 'released')))",
    ),
    Guard("seen_later", "desk_checkin", "INSERT", "NEW.seen_at > NEW.at"),
    Guard("seen_later", "desk_incident", "INSERT", "NEW.seen_at > NEW.at"),
]

WAYBILLS = [
    Guard(
        "number_gap",
        "desk_waybill",
        "INSERT",
        "NEW.no <> 1 + COALESCE((SELECT max(w.no) FROM desk_waybill w WHERE w.series_id = NEW.series_id), 0)",
    ),
    Guard(
        "plan_not_approved",
        "desk_waybill",
        "INSERT",
        "NEW.transfer_id IS NULL AND NOT EXISTS (SELECT 1 FROM desk_planapproval a WHERE a.plan_id = NEW.plan_id)",
    ),
    Guard(
        "own_transfer",
        "desk_waybill",
        "INSERT",
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_storetransfer t WHERE t.id = NEW.transfer_id AND t.by_id = NEW.issued_by_id)",
            "NEW.operation_id",
            "NEW.issued_at",
        ),
    ),
    Guard(
        "waybill_issued",
        "desk_waybillline",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_loaded l JOIN desk_waybillline o ON o.id = l.line_id"
        " WHERE o.waybill_id = NEW.waybill_id)"
        " OR EXISTS (SELECT 1 FROM desk_dispatch d WHERE d.waybill_id = NEW.waybill_id)",
    ),
    Guard(
        "overloaded",
        "desk_loaded",
        "INSERT",
        "NEW.quantity > (SELECT l.quantity FROM desk_waybillline l WHERE l.id = NEW.line_id)",
    ),
    Guard(
        "void",
        "desk_dispatch",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_waybillvoid v WHERE v.waybill_id = NEW.waybill_id)",
    ),
    Guard(
        "not_loaded",
        "desk_dispatch",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_waybillline l WHERE l.waybill_id = NEW.waybill_id"
        " AND NOT EXISTS (SELECT 1 FROM desk_loaded t WHERE t.line_id = l.id))",
    ),
    Guard(
        "already_dispatched",
        "desk_waybillvoid",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_dispatch d WHERE d.waybill_id = NEW.waybill_id)",
    ),
    Guard(
        "not_dispatched",
        "desk_receipt",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM desk_dispatch d WHERE d.waybill_id = NEW.waybill_id)",
    ),
    Guard(
        "own_dispatch",
        "desk_receipt",
        "INSERT",
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_dispatch d WHERE d.waybill_id = NEW.waybill_id AND d.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_waybill o WHERE o.id = NEW.waybill_id)",
        ),
    ),
    Guard(
        "receipt_adds_up",
        "desk_receiptline",
        "INSERT",
        "NEW.missing < 0 OR NEW.excess < 0 OR NEW.good < 0 OR NEW.underweight < 0"
        " OR NEW.good + NEW.underweight > NEW.arrived OR NEW.arrived + NEW.missing - NEW.excess"
        " <> (SELECT t.quantity FROM desk_loaded t WHERE t.line_id = NEW.line_id)",
    ),
    Guard(
        "other_waybill",
        "desk_receiptline",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM desk_receipt r JOIN desk_waybillline l ON l.waybill_id = r.waybill_id"
        " WHERE r.id = NEW.receipt_id AND l.id = NEW.line_id)",
    ),
]
