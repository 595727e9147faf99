"""The one list of triggers: when is refused, and what. One condition for both databases."""

from __future__ import annotations

from karavan.desk.protect.guard import Guard, unless_alone
from karavan.desk.protect.movement import GATES, HEARD, WAYBILLS
from karavan.desk.protect.only_growing import append_only, whole_numbers
from karavan.domain.roles import BOOKKEEPERS

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
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_request r WHERE r.id = NEW.request_id"
            " AND (r.created_by_id = NEW.by_id OR r.submitted_by_id = NEW.by_id))",
            "(SELECT o.operation_id FROM desk_request o WHERE o.id = NEW.request_id)",
        ),
    ),
    Guard(
        "same_signature",
        "desk_decision",
        "INSERT",
        unless_alone(
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
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_plandocument p WHERE p.id = NEW.plan_id AND p.made_by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_plandocument o WHERE o.id = NEW.plan_id)",
        ),
    ),
]

_SEE_BOOK = ", ".join(f"'{role}'" for role in sorted(BOOKKEEPERS))

_SECOND_PERSON = [
    Guard(
        "own_loss",
        "desk_lossapproval",
        "INSERT",
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_lossreport l WHERE l.id = NEW.report_id AND l.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_lossreport o WHERE o.id = NEW.report_id)",
        ),
    ),
    Guard(
        "own_return",
        "desk_goodsreturn",
        "INSERT",
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_receipt r WHERE r.waybill_id = NEW.waybill_id AND r.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_waybill o WHERE o.id = NEW.waybill_id)",
        ),
    ),
    Guard(
        "own_count",
        "desk_countapproval",
        "INSERT",
        unless_alone(
            "EXISTS (SELECT 1 FROM desk_count c WHERE c.id = NEW.count_id AND c.by_id = NEW.by_id)",
            "(SELECT o.operation_id FROM desk_count o WHERE o.id = NEW.count_id)",
        ),
    ),
    Guard(
        "own_store",
        "desk_count",
        "INSERT",
        unless_alone(
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
    *append_only(),
    *whole_numbers(),
    *_CHAIN,
    *_LEDGER,
    *_REQUESTS,
    *_PLANS,
    *GATES,
    *HEARD,
    *WAYBILLS,
    *_SECOND_PERSON,
    *_SETTINGS,
)

POSTING = "post_desk_transfer"
"""The trigger behind each transfer: the only thing that writes balances."""
