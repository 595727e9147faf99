"""Books of a large operation: waybills and transfers in bulk, with their chain, and in order to ``karavan verify``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from karavan.desk import models as rows, protect
from karavan.desk.installed import query
from karavan.domain.audit import canonical, digest, event_hash, moment_text

LINES, MOVES_EACH, LOTS_EACH = 5, 50, 4
JOURNEYS_EACH = 10
REQUESTS = 2_000


def pour(model: Any, columns: str, values: Iterable[Sequence[Any]]) -> int:
    """Rows into a table, by the fastest way of the database; gives how many."""
    table, names = model._meta.db_table, columns.split()
    count = 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
                count += 1
        return count

    def plain() -> Iterator[Sequence[Any]]:
        nonlocal count
        for row in values:
            count += 1
            yield [_lite(value) for value in row]

    with connection.cursor() as cursor:
        marks = ", ".join("?" for _ in names)
        cursor.connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", plain())
    return count


def _lite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return value.replace(tzinfo=None).isoformat(" ") if isinstance(value, datetime) else value


class Chain:
    """Events, verdicts and transfers after what is there already; ``keep`` writes them."""

    def __init__(self, actor: rows.User, now: datetime) -> None:
        head = rows.Head.objects.get()
        self.seq, self.hash = head.seq, head.hash
        self.actor, self.now = str(actor.pk), now
        self.events: list[Sequence[Any]] = []
        self.moves: list[tuple[int, int, int, int, int]] = []

    def add(self, kind: str, moves: list[tuple[int, int, int, int]], **values: Any) -> UUID:
        self.seq += 1
        number = UUID(int=(1 << 100) + self.seq)
        body = canonical({"kind": kind, "moves": moves, "values": values})
        facts: dict[str, Any] = {
            "seq": self.seq,
            "prev_hash": self.hash,
            "id": str(number),
            "device": "",
            "device_seq": None,
            "kind": kind,
            "body_sha256": digest(body),
            "actor": self.actor,
            "received_at": moment_text(self.now),
        }
        before, self.hash = self.hash, event_hash(**facts)
        self.events.append(
            (
                self.seq,
                number,
                "",
                None,
                kind,
                body,
                facts["body_sha256"],
                self.actor,
                facts["received_at"],
                before,
                self.hash,
            )
        )
        self.moves += [(self.seq, *move) for move in moves]
        return number

    def keep(self) -> None:
        columns = "seq id device device_seq kind body body_sha256 actor received_at prev_hash hash"
        pour(rows.Event, columns, self.events)
        pour(rows.Verdict, "event_id n verdict by", ((event[0], 1, "posted", self.actor) for event in self.events))
        pour(rows.Transfer, "event_id source_id target_id batch_id quantity", self.moves)
        rows.Head.objects.filter(id=1).update(seq=self.seq, hash=self.hash)


def balances() -> None:
    """Every balance as the fold of its transfers, which is what their trigger would have come to."""
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, source_id, target_id, batch_id, quantity FROM desk_transfer ORDER BY id")
        for number, source, target, batch, quantity in cursor.fetchall():
            for account, units in ((source, -quantity), (target, quantity)):
                entry = sums[account, batch]
                entry[0], entry[1] = entry[0] + units, number
        cursor.execute("DELETE FROM desk_balance")
    neg = dict(rows.Account.objects.values_list("pk", "neg"))
    pour(
        rows.Balance,
        "account_id batch_id quantity neg last",
        ((account, batch, units, neg[account], last) for (account, batch), (units, last) in sums.items()),
    )


def fill(operation: rows.Operation, plan: rows.PlanDocument, waybills: int, transfers: int) -> None:
    """So many waybills, four fifths of them closed, and receipts into store until there are so many transfers."""
    people = {user.login: user for user in rows.User.objects.all()}
    now = datetime.now(UTC).replace(microsecond=0)
    with transaction.atomic():
        protect.remove(query, connection.vendor)
        chain = Chain(people["dispatcher"], now)
        places = list(rows.Place.objects.filter(operation=operation).order_by("position", "id"))
        origin = max(places, key=lambda place: rows.Account.objects.filter(place=place).count())
        lots = _lots(operation, origin)
        stock = _account(operation, "stock", origin)
        source = _account(operation, "source", origin)
        closed = waybills * 4 // 5
        _receive(chain, source, stock, lots, transfers - LINES * 3 * closed - LINES * 2 * (waybills - closed))
        _move(chain, operation, plan, people, places, origin, lots, stock, waybills, closed, now)
        chain.keep()
        balances()
        _number_on()
        protect.install(query, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _account(operation: rows.Operation, kind: str, place: rows.Place) -> int:
    found, _ = rows.Account.objects.get_or_create(
        operation=operation, kind=kind, place=place, line=None, label="", defaults={"neg": kind == "source"}
    )
    return int(found.pk)


def _lots(operation: rows.Operation, origin: rows.Place) -> list[int]:
    return [
        rows.Batch.objects.create(operation=operation, item=item, origin=origin, code=f"BULK-{n}").pk
        for item in rows.Item.objects.filter(operation=operation).order_by("id")
        for n in range(LOTS_EACH)
    ]


def _receive(chain: Chain, source: int, stock: int, lots: list[int], transfers: int) -> None:
    done = 0
    while done < transfers:
        many = min(MOVES_EACH, transfers - done)
        moves = [(source, stock, lots[(done + n) % len(lots)], 1_000) for n in range(many)]
        chain.add("goods received into store", moves, delivery=done)
        done += many


def _move(chain, operation, plan, people, places, origin, lots, stock, waybills, closed, now) -> None:  # type: ignore[no-untyped-def]
    vehicles = list(rows.Vehicle.objects.filter(operation=operation).values_list("pk", flat=True))
    targets = [place.pk for place in places if place.pk != origin.pk]
    series, _ = rows.WaybillSeries.objects.get_or_create(
        place=origin, defaults={"code": f"{operation.code}-BULK", "operation": operation}
    )
    first = {
        model: (model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1 for model in _NUMBERED
    }
    paper, line, account, journey, convoy = (first[model] for model in _NUMBERED)
    made: dict[Any, list[Sequence[Any]]] = defaultdict(list)
    dispatcher, receiver = people["dispatcher"].pk, people["receiver1"].pk
    cargo = _requests(operation, people, targets, now, made)
    for n in range(waybills):
        depart = now - timedelta(minutes=10 * (waybills - n))
        arrive, target = depart + timedelta(hours=5), targets[n % len(targets)]
        made[rows.Journey].append((journey + n, operation.pk, plan.pk, f"B{n}", vehicles[n % len(vehicles)], depart))
        if n % JOURNEYS_EACH == 0:
            made[rows.Convoy].append((convoy, operation.pk, plan.pk, f"BC{n}", origin.pk, target, depart, arrive))
            convoy += 1
        made[rows.ConvoyJourney].append((convoy - 1, journey + n, 1 + n % JOURNEYS_EACH))
        made[rows.Waybill].append(
            (
                paper + n,
                operation.pk,
                series.pk,
                n + 1,
                plan.pk,
                journey + n,
                origin.pk,
                target,
                depart,
                arrive,
                dispatcher,
                depart,
            )
        )
        chain.now = depart
        chain.add("waybills issued", [], waybill=paper + n)
        goods = [(line + k, lots[(n + k) % len(lots)], account + 3 * k) for k in range(LINES)]
        for k, (number, lot, ours) in enumerate(goods):
            consignment, need = cargo[n % len(cargo)]
            made[rows.WaybillLine].append((number, paper + n, k + 1, consignment, need, lot, 40))
            made[rows.Loaded].append((number, 40, dispatcher, depart))
            for step, kind in enumerate(("reserved", "transit", "done")):
                made[rows.Account].append((ours + step, operation.pk, kind, None, number, "", False))
        chain.add("goods reserved", [(stock, ours, lot, 40) for _, lot, ours in goods], waybill=paper + n)
        chain.add("waybill dispatched", [(ours, ours + 1, lot, 40) for _, lot, ours in goods], waybill=paper + n)
        made[rows.Dispatch].append((paper + n, dispatcher, depart))
        if n < closed:
            moves = [(ours + 1, ours + 2, lot, 40) for _, lot, ours in goods]
            number = chain.add("goods received", moves, waybill=paper + n)
            made[rows.Receipt].append((number, paper + n, target, receiver, arrive, arrive))
            made[rows.ReceiptLine] += [(number, item, 40, 40, 0, 0, "[]", 0, 0) for item, _, _ in goods]
        line, account = line + LINES, account + 3 * LINES
    for model, columns in _COLUMNS.items():
        pour(model, columns, made[model])


def _requests(operation, people, targets, now, made) -> list[tuple[int, str]]:  # type: ignore[no-untyped-def]
    """Approved by two, a consignment each."""
    item = rows.Item.objects.filter(operation=operation).order_by("id").values_list("code", flat=True)[0]
    by = people["officer"].pk
    first = (rows.Consignment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    cargo = []
    for n in range(REQUESTS):
        number, code, then = UUID(int=(1 << 101) + n), f"B-{n:06d}", now - timedelta(minutes=50 * (REQUESTS - n))
        facts = (operation.pk, code, "", targets[n % len(targets)], 100, then, "approved", 1, 2, by, by, then)
        made[rows.Request].append((number, *facts))
        made[rows.RequestLine].append((number, 1, item, 1_000, 2))
        for level, who in ((1, "approver1"), (2, "approver2")):
            made[rows.Decision].append(
                (UUID(int=(level << 102) + n), number, 1, level, "approve", people[who].pk, then)
            )
        made[rows.Consignment].append((first + n, operation.pk, number, f"C-{n:06d}"))
        cargo.append((first + n, f"{code}/1:{item}"))
    return cargo


_NUMBERED = (rows.Waybill, rows.WaybillLine, rows.Account, rows.Journey, rows.Convoy)
_COLUMNS: dict[Any, str] = {
    rows.Request: (
        "id operation_id number organisation place_id people raised_at approval round level created_by_id "
        "submitted_by_id submitted_at"
    ),
    rows.RequestLine: "request_id line item quantity priority",
    rows.Decision: "id request_id round level decision by_id at",
    rows.Consignment: "id operation_id request_id number",
    rows.Journey: "id operation_id plan_id code vehicle_id depart",
    rows.Convoy: "id operation_id plan_id code origin_id destination_id depart arrive",
    rows.ConvoyJourney: "convoy_id journey_id position",
    rows.Waybill: (
        "id operation_id series_id no plan_id journey_id origin_id destination_id depart arrive issued_by_id issued_at"
    ),
    rows.WaybillLine: "id waybill_id position consignment_id need batch_id quantity",
    rows.Loaded: "line_id quantity by_id at",
    rows.Account: "id operation_id kind place_id line_id label neg",
    rows.Dispatch: "waybill_id by_id at",
    rows.Receipt: "id waybill_id place_id by_id at counted_at",
    rows.ReceiptLine: "receipt_id line_id arrived good underweight underweight_g damaged missing excess",
}


def _number_on() -> None:
    """PostgreSQL goes on counting after the numbers that were given here."""
    if connection.vendor != "postgresql":
        return
    for model in (*_COLUMNS, rows.Transfer, rows.Balance, rows.Verdict):
        if model._meta.pk.get_internal_type() == "BigAutoField":
            table = model._meta.db_table
            query(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def a_plan(operation: rows.Operation) -> rows.PlanDocument:
    """A plan of the operation as it stands, approved by another person."""
    from uuid import uuid4

    from karavan.desk import actions, jobs

    people = {user.login: user for user in rows.User.objects.all()}
    now = datetime.now(UTC)
    job, plan = uuid4(), uuid4()
    actions.ask_plan(people["planner"], job, now, operation=operation.pk, rounds=200)
    jobs.run(job, plan, now)
    found = rows.PlanDocument.objects.get()
    actions.approve_plan(people["approver1"], uuid4(), now, plan=found.pk)
    json.loads(found.text)
    return found
