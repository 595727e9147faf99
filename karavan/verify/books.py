"""What must hold of a desk's books, each rule recomputed from what is written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from karavan.desk.protect import drift
from karavan.desk.protect.rows import HASHED, row_digests, together
from karavan.domain.audit import GENESIS, Entry, digest, judge_chain
from karavan.domain.language import N_
from karavan.domain.ledger import LARGEST_TRANSFER, AccountKind, Transfer, fold, overdrawn
from karavan.domain.message import Message
from karavan.domain.numbers import judge_series
from karavan.domain.roles import BOOKKEEPERS
from karavan.verify.prints import printed
from karavan.verify.reading import Reader


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What was found.

    Attributes
    ----------
    events, transfers
        How many were read.
    head
        Hash of the last event: the same as on a paper printed then, or the tail was cut.
    alone
        When one person could sign alone: no problem of the books, and nothing to be silent about.
    """

    problems: tuple[Message, ...]
    events: int
    transfers: int
    head: str
    alone: tuple[Message, ...] = ()


def verify(reader: Reader, witnesses: Iterable[tuple[int, str]] = ()) -> Verdict:
    """
    Read everything once and judge it; no problem is hidden by another.

    Parameters
    ----------
    witnesses
        Number and hash of events, as they stand on papers that were printed: a chain that was cut, or written anew
        however well, has others.
    """
    problems = [problem for rule in RULES for problem in rule(reader)]
    for number, said in witnesses:
        found = [hash for (hash,) in reader.rows(f"SELECT hash FROM desk_event WHERE seq = {int(number)}")]
        if found != [said]:
            problems.append(
                Message("event {seq}: a paper bears another hash of it, or the event is gone", seq=str(number))
            )
    (seq, head), *_ = [*reader.rows("SELECT seq, hash FROM desk_head"), (0, GENESIS)]
    ((transfers,),) = reader.rows("SELECT count(*) FROM desk_transfer")
    return Verdict(tuple(problems), seq, transfers, head, tuple(_alone(reader)))


def _chain(reader: Reader) -> Iterator[Message]:
    last = (0, GENESIS)

    def entries() -> Iterator[Entry]:
        nonlocal last
        for seq, number, *rest in reader.rows(
            "SELECT seq, id, device, device_seq, kind, body, body_sha256, actor, received_at, prev_hash, hash "
            "FROM desk_event ORDER BY seq"
        ):
            entry = Entry(**dict(zip(_ENTRY, (seq, _uuid(number), *rest), strict=True)))
            last = (entry.seq, entry.hash)
            yield entry

    yield from judge_chain(entries())
    heads = [tuple(row) for row in reader.rows("SELECT id, seq, hash FROM desk_head")]
    if heads != [(1, *last)]:
        yield Message("the head of the chain is not its last event: events were added or cut off")


_ENTRY = (
    "seq",
    "id",
    "device",
    "device_seq",
    "kind",
    "body",
    "body_sha256",
    "actor",
    "received_at",
    "prev_hash",
    "hash",
)


def _uuid(value: object) -> str:
    """SQLite keeps ids as 32 digits."""
    text = str(value)
    return text if "-" in text else "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _verdicts(reader: Reader) -> Iterator[Message]:
    found = reader.rows(
        "SELECT e.seq, count(v.id) FROM desk_event e LEFT JOIN desk_verdict v ON v.event_id = e.seq "
        "AND v.verdict = 'posted' GROUP BY e.seq HAVING count(v.id) > 1 ORDER BY e.seq"
    )
    for seq, _ in found:
        yield Message("event {seq}: it was posted more than once", seq=str(seq))
    found = reader.rows(
        "SELECT DISTINCT t.event_id FROM desk_transfer t WHERE NOT EXISTS (SELECT 1 FROM desk_verdict v "
        "WHERE v.event_id = t.event_id AND v.verdict = 'posted') ORDER BY t.event_id"
    )
    for (seq,) in found:
        yield Message("event {seq}: goods moved though it was not posted", seq=str(seq))


def _ledger(reader: Reader) -> Iterator[Message]:
    def transfers() -> Iterator[Transfer]:
        for _, source, target, batch, quantity in reader.rows(
            "SELECT id, source_id, target_id, batch_id, quantity FROM desk_transfer ORDER BY id"
        ):
            if type(quantity) is int:
                yield Transfer(source, target, batch, quantity)

    for number, source, target, quantity in reader.rows("SELECT id, source_id, target_id, quantity FROM desk_transfer"):
        if type(quantity) is not int or not 1 <= quantity <= LARGEST_TRANSFER or source == target:
            yield Message("transfer {number}: it is none that can be", number=str(number))
    balances = fold(transfers())
    written = {}
    for account, batch, quantity in reader.rows("SELECT account_id, batch_id, quantity FROM desk_balance"):
        written[account, batch] = quantity
    for account, batch in sorted(balances.keys() | written.keys()):
        moved = balances.get((account, batch), 0)
        stands = written.get((account, batch), 0)
        if moved != stands:
            yield Message(
                "account {account}, lot {batch}: the balance is {stands}, its transfers give {moved}",
                account=str(account),
                batch=str(batch),
                stands=stands,
                moved=moved,
            )
    kinds = {number: AccountKind(kind) for number, kind in reader.rows("SELECT id, kind FROM desk_account")}
    for account, batch in overdrawn(balances, kinds):
        yield Message("account {account}, lot {batch}: less than nothing", account=str(account), batch=str(batch))


def _moves(reader: Reader) -> Iterator[Message]:
    """The goods that moved are those that the event's hashed body names."""
    moved: dict[int, list[list[int]]] = defaultdict(list)
    for seq, *move in reader.rows(
        "SELECT event_id, source_id, target_id, batch_id, quantity FROM desk_transfer ORDER BY id"
    ):
        moved[seq].append(move)
    for seq, body in reader.rows("SELECT seq, body FROM desk_event ORDER BY seq"):
        try:
            named = json.loads(body)["moves"]
        except (ValueError, KeyError, TypeError):
            named = None
        if named != moved.get(seq, []):
            yield Message("event {seq}: other goods moved than it names", seq=str(seq))


def _numbers(reader: Reader) -> Iterator[Message]:
    series: dict[str, list[int]] = defaultdict(list)
    for code, number in reader.rows("SELECT series_id, no FROM desk_waybill ORDER BY series_id, no"):
        series[code].append(number)
    for code, numbers in series.items():
        yield from judge_series(code, numbers)


def _rows(reader: Reader) -> Iterator[Message]:
    """The rows that an event wrote and that stay as they are: the hash in its body is theirs."""
    found: dict[str, dict[str, str]] = {}
    for seq, body in reader.rows("SELECT seq, body FROM desk_event ORDER BY seq"):
        try:
            written = json.loads(body).get("rows", {})
            for table, of in written.items():
                if table not in HASHED:
                    raise ValueError
                if table not in found:
                    found[table] = dict(row_digests(lambda it: list(reader.rows(it)), reader.vendor, table))
                if together(found[table].get(key, "") for key in of["keys"]) != of["sha256"]:
                    yield Message(
                        "event {seq}: what it wrote was changed or is gone ({table})", seq=str(seq), table=table
                    )
        except (ValueError, KeyError, TypeError, AttributeError):
            yield Message("event {seq}: its text was changed", seq=str(seq))


def _marks(reader: Reader) -> Iterator[Message]:
    """What stands beside the ledger: who judged an event, and of each balance its last transfer and its account."""
    # What is written at the desk itself is posted at once, by whoever writes it.
    found = reader.rows(
        "SELECT e.seq FROM desk_event e LEFT JOIN desk_verdict v ON v.event_id = e.seq AND v.n = 1 "
        "WHERE v.id IS NULL OR (e.device = '' AND (v.verdict <> 'posted' OR v.by <> e.actor OR v.reason IS NOT NULL)) "
        "ORDER BY e.seq"
    )
    for (seq,) in found:
        yield Message("event {seq}: its verdict was changed", seq=str(seq))
    last: dict[tuple[int, int], int] = {}
    for number, source, target, batch in reader.rows("SELECT id, source_id, target_id, batch_id FROM desk_transfer"):
        for account in (source, target):
            last[account, batch] = max(number, last.get((account, batch), 0))
    found = reader.rows(
        "SELECT b.account_id, b.batch_id, b.last, CAST(b.neg AS TEXT), CAST(a.neg AS TEXT) FROM desk_balance b "
        "JOIN desk_account a ON a.id = b.account_id ORDER BY b.id"
    )
    for account, batch, number, neg, may in found:
        if number != last.get((account, batch), 0) or neg != may:
            yield Message(
                "account {account}, lot {batch}: the balance was changed", account=str(account), batch=str(batch)
            )


def _documents(reader: Reader) -> Iterator[Message]:
    for name, text in reader.rows("SELECT digest, text FROM desk_situationdocument ORDER BY digest"):
        if digest(text) != name:
            yield Message("situation {digest}: its text was changed", digest=name[:12])
    for number, sha256, text in reader.rows("SELECT id, sha256, text FROM desk_plandocument ORDER BY id"):
        if digest(text) != sha256:
            yield Message("plan {number}: its text was changed", number=_uuid(number))


def _papers(reader: Reader) -> Iterator[Message]:
    """Two signatures of one hand, whatever let them pass; not where one person could sign alone at that moment."""
    for what, table, statement, operation in _ONE_HAND:
        if not _has(reader, table):
            continue
        alone = _ALONE.format(operation=operation) if operation and _has(reader, "desk_emergency") else ""
        for (number,) in reader.rows(f"{statement} {alone}"):
            yield Message("{what} {number}: one person signed twice", what=Message(what), number=_number(number))


def _blind(reader: Reader) -> Iterator[Message]:
    """Counts by somebody who was shown the store's book at that moment; not where one person could act alone."""
    if not _has(reader, "desk_count"):
        return
    roles = ", ".join(f"'{role}'" for role in sorted(BOOKKEEPERS))
    alone = _ALONE.format(operation="s.operation_id") if _has(reader, "desk_emergency") else ""
    for (number,) in reader.rows(
        "SELECT s.id FROM desk_count s WHERE EXISTS (SELECT 1 FROM desk_membership m WHERE m.user_id = s.by_id "
        f"AND m.operation_id = s.operation_id AND m.role IN ({roles}) "
        "AND (m.place_id IS NULL OR m.place_id = s.place_id) "
        f"AND m.since <= s.at AND (m.until IS NULL OR m.until > s.at)) {alone} ORDER BY s.at, s.id"
    ):
        yield Message("count {number}: whoever counted keeps the store or sees its book", number=_number(number))


def _number(value: object) -> str:
    """A row's number, or its id as the desk's addresses have it."""
    return str(value) if isinstance(value, int) else _uuid(value)


def _has(reader: Reader, table: str) -> bool:
    """A desk of an earlier release has not all of them."""
    tables = "sqlite_master WHERE name" if reader.vendor == "sqlite" else "pg_tables WHERE tablename"
    ((count,),) = reader.rows(f"SELECT count(*) FROM {tables} = '{table}'")
    return bool(count)


_ALONE = (
    "AND NOT EXISTS (SELECT 1 FROM desk_emergency e WHERE e.operation_id = {operation} AND e.since <= s.at "
    "AND s.at < e.until AND NOT EXISTS ("
    "SELECT 1 FROM desk_emergencyend x WHERE x.emergency_id = e.id AND x.at <= s.at))"
)

# What it is, the table that must be there, whom it names, and of which operation one person may sign alone ("": never).
_ONE_HAND = (
    (
        N_("plan"),
        "desk_planapproval",
        "SELECT p.id FROM desk_planapproval s JOIN desk_plandocument p ON p.id = s.plan_id "
        "WHERE s.by_id = p.made_by_id",
        "p.operation_id",
    ),
    (
        N_("loss report"),
        "desk_lossapproval",
        "SELECT l.id FROM desk_lossapproval s JOIN desk_lossreport l ON l.id = s.report_id WHERE s.by_id = l.by_id",
        "l.operation_id",
    ),
    (
        N_("count"),
        "desk_countapproval",
        "SELECT c.id FROM desk_countapproval s JOIN desk_count c ON c.id = s.count_id WHERE s.by_id = c.by_id",
        "c.operation_id",
    ),
    (
        N_("request"),
        "desk_decision",
        "SELECT r.id FROM desk_decision s JOIN desk_request r ON r.id = s.request_id "
        "WHERE (s.by_id = r.created_by_id OR s.by_id = r.submitted_by_id)",
        "r.operation_id",
    ),
    (
        N_("request"),
        "desk_decision",
        "SELECT r.id FROM desk_decision s JOIN desk_request r ON r.id = s.request_id JOIN desk_decision f "
        "ON f.request_id = s.request_id AND f.round = s.round AND f.by_id = s.by_id AND f.level < s.level WHERE 1 = 1",
        "r.operation_id",
    ),
    (
        N_("waybill"),
        "desk_receipt",
        "SELECT s.waybill_id FROM desk_receipt s JOIN desk_dispatch d ON d.waybill_id = s.waybill_id "
        "JOIN desk_waybill w ON w.id = s.waybill_id WHERE d.by_id = s.by_id",
        "w.operation_id",
    ),
    (
        N_("transfer"),
        "desk_storetransfer",
        "SELECT t.id FROM (SELECT transfer_id, issued_by_id, issued_at AS at FROM desk_waybill) s "
        "JOIN desk_storetransfer t ON t.id = s.transfer_id WHERE s.issued_by_id = t.by_id",
        "t.operation_id",
    ),
    (
        N_("return"),
        "desk_goodsreturn",
        "SELECT s.id FROM desk_goodsreturn s JOIN desk_receipt r ON r.waybill_id = s.waybill_id "
        "JOIN desk_waybill w ON w.id = s.waybill_id WHERE r.by_id = s.by_id",
        "w.operation_id",
    ),
    (
        N_("settings"),
        "desk_settingapproval",
        "SELECT c.id FROM desk_settingapproval s JOIN desk_settingchange c ON c.id = s.change_id "
        "WHERE s.by_id = c.by_id",
        "",
    ),
    (
        N_("role"),
        "desk_membership",
        "SELECT id FROM desk_membership WHERE granted_by_id = user_id",
        "",
    ),
)


def _alone(reader: Reader) -> Iterator[Message]:
    """What stands in the accounts though it breaks no rule: when one person could sign alone."""
    if not _has(reader, "desk_emergency"):
        return
    for operation, since, until, end in reader.rows(
        "SELECT o.code, e.since, e.until, x.at FROM desk_emergency e JOIN desk_operation o ON o.id = e.operation_id "
        "LEFT JOIN desk_emergencyend x ON x.emergency_id = e.id ORDER BY e.since"
    ):
        since, until = str(since)[:16], str(end or until)[:16]
        yield Message(
            "{operation}: from {since} to {until} one person could sign alone",
            operation=operation,
            since=since,
            until=until,
        )


def _guards(reader: Reader) -> Iterator[Message]:
    for name in drift(lambda statement: list(reader.rows(statement)), reader.vendor):
        yield Message("guard {name} is missing, changed or turned off", name=name)


RULES: tuple[Callable[[Reader], Iterator[Message]], ...] = (
    _chain,
    _verdicts,
    _ledger,
    _moves,
    _numbers,
    _rows,
    _marks,
    _documents,
    _papers,
    _blind,
    printed,
    _guards,
)
