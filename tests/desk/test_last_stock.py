"""Many hands on the last stock: exactly one has it; and the naive way, which must lose."""

from __future__ import annotations

import threading
import uuid

from django.db import connection, transaction

from karavan.desk import actions, models as rows
from karavan.desk.installed import query
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind
from tests.desk import books
from tests.desk.ledger_check import folds

HANDS, ROUNDS = 4, 8


def together(work):
    """Each hand's work in a thread and on a connection of its own, all at once; what they answered."""
    barrier, answers = threading.Barrier(HANDS), []

    def run(hand):
        try:
            barrier.wait()
            answers.append(work(hand))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_last_stock_goes_to_exactly_one_hand(desk):
    place, soap = desk.place("AGD"), desk.batch("S1")
    keeper, now = desk.people["keeper"], desk.now
    for number in range(ROUNDS):
        left = desk.free("AGD", "S1")

        def take(hand, number=number, left=left):
            event = uuid.UUID(int=10**9 + number * HANDS + hand)
            values = {"place": place.pk, "batch": soap.pk, "quantity": left, "whom": f"hand {hand}"}
            try:
                actions.keep_for(keeper, event, now, **values)
            except Refused:
                return 0
            return left

        assert sorted(together(take)) == [0] * (HANDS - 1) + [left]
        (winner,) = rows.Balance.objects.filter(account__kind="reserved", batch=soap, quantity=left)
        desk.do("keep_for", "keeper", place=place.pk, batch=soap.pk, quantity=-left, whom=winner.account.label)
    folds()
    assert books.problems() == []


def test_without_the_check_everybody_has_it(desk, database):
    """The negative control: the same race, and nothing in the way but the order of the hands."""
    if database == "postgresql":
        query("ALTER TABLE desk_balance DROP CONSTRAINT balance_not_below_nothing")
    place, soap, keeper = desk.place("AGD"), desk.batch("S1"), desk.people["keeper"]

    def take(hand):
        if database == "sqlite":
            query("PRAGMA ignore_check_constraints=ON")
        values = {"place": place.pk, "batch": soap.pk, "quantity": 5_000, "whom": f"hand {hand}"}
        actions.keep_for(keeper, uuid.UUID(int=10**9 + hand), desk.now, **values)
        return 5_000

    assert sum(together(take)) == HANDS * 5_000
    assert any("less than nothing" in problem for problem in books.problems())


def test_opposing_transfers_wait_and_never_lock_up(desk):
    """Straight into the table, past the actions: two accounts, both ways at once."""
    if connection.vendor == "sqlite":
        return  # one writer at a time: there is nothing to lock up
    stock = rows.Account.objects.get(kind=AccountKind.STOCK, place__code="AGD")
    kept, soap = _kept(desk, stock), desk.batch("S1")
    event = rows.Event.objects.get(seq=rows.Head.objects.get().seq)

    def swing(hand):
        for _ in range(25):
            pair = (stock, kept) if hand % 2 else (kept, stock)
            with transaction.atomic():
                rows.Transfer.objects.create(event=event, source=pair[0], target=pair[1], batch=soap, quantity=1)
        return True

    assert together(swing) == [True] * HANDS
    folds()


def _kept(desk, stock):
    desk.do("keep_for", "keeper", place=stock.place_id, batch=desk.batch("S1").pk, quantity=1_000, whom="swing")
    return rows.Account.objects.get(kind=AccountKind.RESERVED, label="swing")
