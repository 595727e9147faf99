"""Any sequence of transfers, on the real constraints: the database and a plain model agree after each step."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from karavan.desk import models as rows
from karavan.desk.actions.posting import Entry, _write
from karavan.domain.ledger import MAY_BE_BELOW_NOTHING, AccountKind
from tests.desk import books
from tests.desk.ledger_check import folds


def machine(desk):
    operation = desk.operation
    batches = [desk.batch("S1").pk, desk.batch("F1").pk]

    class Ledger(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()
            label = uuid.uuid4().hex
            self.accounts = [
                rows.Account.objects.create(
                    operation=operation,
                    kind=kind.value,
                    place=desk.place("AGD"),
                    label=label,
                    neg=kind in MAY_BE_BELOW_NOTHING,
                )
                for kind in (AccountKind.SOURCE, AccountKind.STOCK, AccountKind.TRANSIT, AccountKind.ADJUST)
            ]
            self.model = {}

        def post(self, moves):
            """One event with its transfers, as actions write it: all of them or none."""
            entry = Entry(desk.people["keeper"], uuid.uuid4(), desk.now)
            for source, target, batch, quantity in moves:
                entry.move(self.accounts[source], self.accounts[target], batches[batch], quantity)
            try:
                with transaction.atomic():
                    _write(rows.Head.objects.get(), entry, "tried", {})
            except IntegrityError:
                return False
            return True

        @rule(
            moves=st.lists(
                st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 1), st.integers(-2, 50)),
                min_size=1,
                max_size=4,
            )
        )
        def move(self, moves):
            after, allowed = dict(self.model), True
            for source, target, batch, quantity in moves:
                if quantity == 0:
                    continue
                allowed &= quantity > 0 and source != target
                for account, change in ((source, -quantity), (target, quantity)):
                    after[account, batch] = after.get((account, batch), 0) + change
                    if after[account, batch] < 0 and not self.accounts[account].neg:
                        allowed = False
            assert self.post(moves) == allowed
            if allowed:
                self.model = after

        @invariant()
        def database_and_model_agree(self):
            numbers = {account.pk: place for place, account in enumerate(self.accounts)}
            found = rows.Balance.objects.filter(account__in=self.accounts)
            written = {(numbers[it.account_id], batches.index(it.batch_id)): it.quantity for it in found}
            assert written == self.model

        def teardown(self):
            folds()
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    return Ledger


def test_any_sequence_of_transfers(desk):
    run_state_machine_as_test(
        machine(desk),
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert books.problems() == []
