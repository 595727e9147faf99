"""The triggers: when is refused, and what. One condition for both databases."""

from __future__ import annotations

from dataclasses import dataclass

from karavan.domain.clearances import GOOD
from karavan.domain.convoys import READINESS
from karavan.domain.roles import BOOKKEEPERS

PREFIX = "guard_"


@dataclass(frozen=True, slots=True)
class Guard:
    """
    A write that the database refuses.

    Attributes
    ----------
    name
        Also the code by which the refusal is said (karavan/desk/actions/words.py).
    when
        ``INSERT``, ``UPDATE`` or ``DELETE``; always before it.
    condition
        Refused where this is true; ``NEW`` and ``OLD`` are the row.
    only
        The one database that needs it.
    """

    name: str
    table: str
    when: str
    condition: str
    only: str = ""

    @property
    def trigger(self) -> str:
        return f"{PREFIX}{self.name}_{self.table}_{self.when.lower()}"


APPEND_ONLY = {
    # Table -> its keys, by which INSERT OR REPLACE would overwrite a row without deleting it in sight of a trigger.
    "desk_event": ("seq = NEW.seq", "id = NEW.id", "hash = NEW.hash", "prev_hash = NEW.prev_hash"),
    "desk_verdict": ("id = NEW.id", "event_id = NEW.event_id AND n = NEW.n"),
    "desk_transfer": ("id = NEW.id",),
    "desk_account": ("id = NEW.id",),
    "desk_batch": ("id = NEW.id",),
    "desk_decision": ("id = NEW.id",),
    "desk_roadreport": ("id = NEW.id",),
    "desk_clearance": ("id = NEW.id",),
    "desk_vehicleservice": ("id = NEW.id", "vehicle_id = NEW.vehicle_id AND number = NEW.number"),
    "desk_situationdocument": ("digest = NEW.digest",),
    "desk_plandocument": ("id = NEW.id",),
    "desk_planapproval": ("plan_id = NEW.plan_id",),
    "desk_planpin": ("id = NEW.id",),
    "desk_cancellation": ("id = NEW.id", "event = NEW.event AND line_id = NEW.line_id"),
    "desk_readiness": ("id = NEW.id",),
    "desk_waybill": ("id = NEW.id", "series_id = NEW.series_id AND no = NEW.no"),
    "desk_waybillline": ("id = NEW.id", "waybill_id = NEW.waybill_id AND position = NEW.position"),
    "desk_waybillvoid": ("waybill_id = NEW.waybill_id",),
    "desk_loaded": ("line_id = NEW.line_id",),
    "desk_dispatch": ("waybill_id = NEW.waybill_id",),
    "desk_receipt": ("id = NEW.id", "waybill_id = NEW.waybill_id"),
    "desk_receiptline": ("id = NEW.id", "line_id = NEW.line_id"),
    "desk_lossreport": ("id = NEW.id",),
    "desk_lossline": ("id = NEW.id",),
    "desk_lossapproval": ("report_id = NEW.report_id",),
    "desk_count": ("id = NEW.id",),
    "desk_countline": ("id = NEW.id", "count_id = NEW.count_id AND batch_id = NEW.batch_id"),
    "desk_countapproval": ("count_id = NEW.count_id",),
    "desk_checkin": ("id = NEW.id",),
    "desk_incident": ("id = NEW.id",),
    "desk_paperprint": ("id = NEW.id",),
    "desk_storetransfer": ("id = NEW.id",),
    "desk_storetransferline": ("id = NEW.id", "transfer_id = NEW.transfer_id AND batch_id = NEW.batch_id"),
    "desk_goodsreturn": ("id = NEW.id",),
    "desk_goodsreturnline": ("id = NEW.id", "returned_id = NEW.returned_id AND line_id = NEW.line_id"),
    "desk_settingchange": ("id = NEW.id",),
    "desk_settingapproval": ("change_id = NEW.change_id",),
    "desk_emergency": ("id = NEW.id",),
    "desk_emergencyend": ("emergency_id = NEW.emergency_id",),
}


def _append_only() -> list[Guard]:
    guards = []
    for table, keys in APPEND_ONLY.items():
        found = " OR ".join(f"({key})" for key in keys)
        replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {found})"
        guards += [
            Guard("changed", table, "UPDATE", "1 = 1"),
            Guard("deleted", table, "DELETE", "1 = 1"),
            Guard("replaced", table, "INSERT", replaced, only="sqlite"),
        ]
    return guards


# SQLite keeps 'abc', 1.5 and infinity in a column that is declared a whole number.
WHOLE = {
    "desk_transfer": ("quantity",),
    "desk_balance": ("quantity", "last"),
    "desk_requestline": ("quantity",),
    "desk_cancellation": ("quantity",),
    "desk_waybillline": ("quantity",),
    "desk_loaded": ("quantity",),
    "desk_receiptline": ("arrived", "good", "underweight", "underweight_g", "missing", "excess"),
    "desk_lossline": ("quantity",),
    "desk_countline": ("counted", "book"),
    "desk_waybill": ("no",),
    "desk_event": ("seq",),
    "desk_storetransferline": ("quantity",),
    "desk_goodsreturnline": ("good", "damaged"),
}


def _whole() -> list[Guard]:
    guards = []
    for table, columns in WHOLE.items():
        broken = " OR ".join(f"typeof(NEW.{column}) <> 'integer'" for column in columns)
        guards.append(Guard("not_whole", table, "INSERT", broken, only="sqlite"))
        if table not in APPEND_ONLY:
            guards.append(Guard("not_whole", table, "UPDATE", broken, only="sqlite"))
    return guards


def _unless_alone(condition: str, operation: str, at: str = "NEW.at") -> str:
    """Refused, but not while one person may sign alone in the operation at the moment of the signature."""
    return (
        f"({condition}) AND NOT EXISTS (SELECT 1 FROM desk_emergency e WHERE e.operation_id = {operation}"
        f" AND e.since <= {at} AND {at} < e.until AND NOT EXISTS ("
        f"SELECT 1 FROM desk_emergencyend x WHERE x.emergency_id = e.id AND x.at <= {at}))"
    )


_EDITABLE = "('draft', 'sent back')"


def _of_request(row: str, states: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM desk_request r WHERE r.id = {row}.request_id AND r.approval IN {states})"


_LAST_JUSTIFIES = """
    NEW.account_id <> OLD.account_id OR NEW.batch_id <> OLD.batch_id OR NEW.neg <> OLD.neg OR NEW.last <= OLD.last
    OR NEW.last <> (SELECT max(t.id) FROM desk_transfer t)
    OR NOT EXISTS (
        SELECT 1 FROM desk_transfer t WHERE t.id = NEW.last AND t.batch_id = NEW.batch_id AND (
            (t.target_id = NEW.account_id AND NEW.quantity = OLD.quantity + t.quantity)
            OR (t.source_id = NEW.account_id AND NEW.quantity = OLD.quantity - t.quantity)))
"""

_CHAIN = [
    Guard(
        "chain",
        "desk_event",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM desk_head h WHERE h.id = 1 AND h.seq + 1 = NEW.seq AND h.hash = NEW.prev_hash)",
    ),
    Guard(
        "head",
        "desk_head",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1 OR NOT EXISTS ("
        "SELECT 1 FROM desk_event e WHERE e.seq = NEW.seq AND e.hash = NEW.hash AND e.prev_hash = OLD.hash)",
    ),
    Guard("deleted", "desk_head", "DELETE", "1 = 1"),
    Guard("replaced", "desk_head", "INSERT", "EXISTS (SELECT 1 FROM desk_head)", only="sqlite"),
]

_LEDGER = [
    Guard(
        "not_posted",
        "desk_transfer",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM desk_verdict v WHERE v.event_id = NEW.event_id AND v.verdict = 'posted')",
    ),
    Guard(
        "not_last",
        "desk_transfer",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM desk_head h WHERE h.seq = NEW.event_id)",
    ),
    Guard(
        "balance_begins",
        "desk_balance",
        "INSERT",
        "NEW.quantity <> 0 OR NEW.neg <> (SELECT a.neg FROM desk_account a WHERE a.id = NEW.account_id)",
    ),
    Guard(
        "replaced",
        "desk_balance",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_balance b WHERE b.account_id = NEW.account_id AND b.batch_id = NEW.batch_id)",
        only="sqlite",
    ),
    Guard("balance_written", "desk_balance", "UPDATE", _LAST_JUSTIFIES, only="sqlite"),
    Guard("balance_written", "desk_balance", "UPDATE", "pg_trigger_depth() < 2", only="postgresql"),
    Guard("deleted", "desk_balance", "DELETE", "1 = 1"),
]

_REQUESTS = [
    Guard("request_closed", "desk_requestline", "INSERT", _of_request("NEW", _EDITABLE)),
    Guard(
        "request_closed",
        "desk_requestline",
        "UPDATE",
        f"{_of_request('OLD', _EDITABLE)} OR NEW.request_id <> OLD.request_id",
    ),
    Guard("request_closed", "desk_requestline", "DELETE", _of_request("OLD", _EDITABLE)),
    Guard("deleted", "desk_request", "DELETE", "OLD.approval <> 'draft'"),
    # A name may be erased at any time; all else is closed while others decide, and afterwards.
    Guard(
        "request_closed",
        "desk_request",
        "UPDATE",
        f"NEW.created_by_id <> OLD.created_by_id OR (OLD.approval NOT IN {_EDITABLE} AND ("
        " NEW.number <> OLD.number OR NEW.place_id <> OLD.place_id OR NEW.people <> OLD.people"
        " OR NEW.round <> OLD.round OR NEW.submitted_by_id <> OLD.submitted_by_id"
        " OR NEW.organisation <> OLD.organisation OR NEW.operation_id <> OLD.operation_id))"
        " OR (OLD.approval IN ('approved', 'rejected') AND (NEW.approval <> OLD.approval OR NEW.level <> OLD.level))",
    ),
    Guard(
        "not_decided",
        "desk_request",
        "UPDATE",
        "NEW.approval = 'approved' AND OLD.approval <> 'approved' AND (OLD.approval <> 'submitted' OR ("
        "SELECT count(*) FROM desk_decision d WHERE d.request_id = NEW.id AND d.round = NEW.round"
        " AND d.decision = 'approve') < (SELECT o.levels FROM desk_operation o WHERE o.id = NEW.operation_id))",
    ),
    Guard(
        "not_decided",
        "desk_request",
        "INSERT",
        "NEW.approval <> 'draft' OR NEW.level <> 0 OR NEW.round <> 0",
    ),
    Guard(
        "own_request",
        "desk_decision",
        "INSERT",
        _unless_alone(
            "EXISTS (SELECT 1 FROM desk_request r WHERE r.id = NEW.request_id"
            " AND (r.created_by_id = NEW.by_id OR r.submitted_by_id = NEW.by_id))",
            "(SELECT o.operation_id FROM desk_request o WHERE o.id = NEW.request_id)",
        ),
    ),
    Guard(
        "same_signature",
        "desk_decision",
        "INSERT",
        _unless_alone(
            "EXISTS (SELECT 1 FROM desk_decision d WHERE d.request_id = NEW.request_id AND d.round = NEW.round"
            " AND d.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_request o WHERE o.id = NEW.request_id)",
        ),
    ),
    Guard(
        "not_waiting",
        "desk_decision",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM desk_request r WHERE r.id = NEW.request_id AND r.approval = 'submitted'"
        " AND r.round = NEW.round AND r.level + 1 = NEW.level)",
    ),
]

_PLANS = [
    Guard(
        "own_plan",
        "desk_planapproval",
        "INSERT",
        _unless_alone(
            "EXISTS (SELECT 1 FROM desk_plandocument p WHERE p.id = NEW.plan_id AND p.made_by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_plandocument o WHERE o.id = NEW.plan_id)",
        ),
    ),
]

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

_GATES = [
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

_WAYBILLS = [
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
        _unless_alone(
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
        _unless_alone(
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

_SEE_BOOK = ", ".join(f"'{role}'" for role in sorted(BOOKKEEPERS))

_SECOND_PERSON = [
    Guard(
        "own_loss",
        "desk_lossapproval",
        "INSERT",
        _unless_alone(
            "EXISTS (SELECT 1 FROM desk_lossreport l WHERE l.id = NEW.report_id AND l.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_lossreport o WHERE o.id = NEW.report_id)",
        ),
    ),
    Guard(
        "own_return",
        "desk_goodsreturn",
        "INSERT",
        _unless_alone(
            "EXISTS (SELECT 1 FROM desk_receipt r WHERE r.waybill_id = NEW.waybill_id AND r.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_waybill o WHERE o.id = NEW.waybill_id)",
        ),
    ),
    Guard(
        "own_count",
        "desk_countapproval",
        "INSERT",
        _unless_alone(
            "EXISTS (SELECT 1 FROM desk_count c WHERE c.id = NEW.count_id AND c.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_count o WHERE o.id = NEW.count_id)",
        ),
    ),
    Guard(
        "own_store",
        "desk_count",
        "INSERT",
        _unless_alone(
            f"EXISTS (SELECT 1 FROM desk_membership m WHERE m.user_id = NEW.by_id AND m.role IN ({_SEE_BOOK})"
            " AND m.operation_id = NEW.operation_id AND (m.place_id IS NULL OR m.place_id = NEW.place_id)"
            " AND m.until IS NULL)",
            "NEW.operation_id",
        ),
    ),
    Guard(
        "own_role",
        "desk_membership",
        "INSERT",
        "NEW.granted_by_id = NEW.user_id OR (NEW.granted_by_id IS NULL AND EXISTS ("
        "SELECT 1 FROM desk_membership m WHERE m.operation_id = NEW.operation_id AND m.granted_by_id IS NOT NULL))",
    ),
    Guard(
        "membership_closed",
        "desk_membership",
        "UPDATE",
        "NEW.user_id <> OLD.user_id OR NEW.operation_id <> OLD.operation_id OR NEW.role <> OLD.role"
        " OR COALESCE(NEW.place_id, 0) <> COALESCE(OLD.place_id, 0) OR OLD.until IS NOT NULL",
    ),
    Guard("deleted", "desk_membership", "DELETE", "1 = 1"),
]

_SETTINGS = [
    Guard(
        "own_settings",
        "desk_settingapproval",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_settingchange c WHERE c.id = NEW.change_id AND c.by_id = NEW.by_id)",
    ),
    Guard(
        "levels_lowered",
        "desk_operation",
        "UPDATE",
        "NEW.levels < OLD.levels AND NOT EXISTS (SELECT 1 FROM desk_settingapproval a"
        " JOIN desk_settingchange c ON c.id = a.change_id WHERE c.operation_id = NEW.id AND c.levels = NEW.levels"
        " AND c.at = (SELECT max(l.at) FROM desk_settingchange l WHERE l.operation_id = NEW.id))",
    ),
]

GUARDS: tuple[Guard, ...] = (
    *_append_only(),
    *_whole(),
    *_CHAIN,
    *_LEDGER,
    *_REQUESTS,
    *_PLANS,
    *_GATES,
    *_WAYBILLS,
    *_SECOND_PERSON,
    *_SETTINGS,
)

POSTING = "post_desk_transfer"
"""The trigger behind each transfer: the only thing that writes balances."""
