"""The rules of approval, of clocks, of the ledger and of numbered papers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from karavan.domain.approval import (
    Clock,
    Decision,
    Fulfilment,
    Urgency,
    Whereabouts,
    decided,
    decision_clock,
    fulfilment,
    fulfilment_of,
    refuse_decision,
)
from karavan.domain.errors import Refused
from karavan.domain.ledger import AccountKind, Transfer, fold, oldest_first, overdrawn
from karavan.domain.numbers import judge_series, paper_number
from karavan.domain.requests import Approval
from karavan.domain.roles import RIGHTS, Right, Role

NOON = datetime(2023, 9, 22, 12, tzinfo=UTC)


def test_a_request_is_approved_at_the_last_level():
    assert decided(Decision.APPROVE, 1, 2) is Approval.SUBMITTED
    assert decided(Decision.APPROVE, 2, 2) is Approval.APPROVED
    assert decided(Decision.REJECT, 1, 2) is Approval.REJECTED
    assert decided(Decision.SEND_BACK, 2, 2) is Approval.SENT_BACK


@pytest.mark.parametrize("state", [state for state in Approval if state is not Approval.SUBMITTED])
def test_only_what_was_submitted_is_decided(state):
    with pytest.raises(Refused, match="does not wait"):
        refuse_decision(state, Decision.APPROVE, "")


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.SEND_BACK])
def test_a_refusal_says_why(decision):
    refuse_decision(Approval.SUBMITTED, decision, "no such road")
    with pytest.raises(Refused, match="says why"):
        refuse_decision(Approval.SUBMITTED, decision, " ")


@pytest.mark.parametrize(("priority", "hours"), [(1, 4), (2, 8), (3, 24), (4, 48), (9, 48)])
def test_each_priority_has_its_clock(priority, hours):
    clock = decision_clock(NOON, priority)
    assert clock.end == NOON + timedelta(hours=hours)
    warned = NOON + timedelta(hours=hours) * 3 / 4
    assert clock.urgency(warned - timedelta(seconds=1)) is Urgency.IN_TIME
    assert clock.urgency(warned) is Urgency.WARNED
    assert clock.urgency(clock.end - timedelta(seconds=1)) is Urgency.WARNED
    assert clock.urgency(clock.end) is Urgency.LATE


def test_a_clock_that_has_not_begun_is_in_time():
    assert Clock(NOON, 60).urgency(NOON - timedelta(hours=1)) is Urgency.IN_TIME


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (Whereabouts(asked=10), Fulfilment.PENDING),
        (Whereabouts(asked=10, reserved=4), Fulfilment.ALLOCATED),
        (Whereabouts(asked=10, transit=1, done=3), Fulfilment.DISPATCHED),
        (Whereabouts(asked=10, done=9, lost=1), Fulfilment.PARTIAL),
        (Whereabouts(asked=10, done=10), Fulfilment.DELIVERED),
        (Whereabouts(asked=10, lost=10), Fulfilment.LOST),
    ],
)
def test_one_word_for_where_a_lines_units_are(line, word):
    assert fulfilment(line) is word
    assert fulfilment_of([line, line]) is word


def test_a_requests_word_comes_from_its_lines():
    done, open_, moving = (Whereabouts(asked=5, **part) for part in ({"done": 5}, {}, {"transit": 5}))
    assert fulfilment_of([done, open_]) is Fulfilment.PARTIAL
    assert fulfilment_of([done, moving]) is Fulfilment.DISPATCHED
    assert fulfilment_of([open_, Whereabouts(asked=5, reserved=1)]) is Fulfilment.ALLOCATED
    assert fulfilment_of([]) is Fulfilment.PENDING


def test_the_fold_of_two_transfers():
    moves = [Transfer(1, 2, 7, 100), Transfer(2, 3, 7, 40)]
    assert fold(moves) == {(1, 7): -100, (2, 7): 60, (3, 7): 40}
    kinds = {1: AccountKind.SOURCE, 2: AccountKind.STOCK, 3: AccountKind.DONE}
    assert overdrawn(fold(moves), kinds) == ()
    assert overdrawn(fold([*moves, Transfer(2, 3, 7, 61)]), kinds) == ((2, 7),)


transfers = st.builds(Transfer, st.integers(1, 4), st.integers(5, 8), st.integers(1, 3), st.integers(1, 10**12))


@given(st.lists(transfers))
def test_goods_are_neither_made_nor_destroyed(moves):
    assert sum(fold(moves).values()) == 0


@given(st.lists(st.tuples(st.integers(), st.integers(0, 50)), max_size=6), st.integers(0, 200))
def test_what_expires_first_is_taken_first(available, quantity):
    taken = oldest_first(available, quantity)
    assert sum(units for _, units in taken) == min(quantity, sum(units for _, units in available))
    whole = [pair for pair in available if pair[1]][: len(taken)]
    assert taken[:-1] == tuple(whole[: len(taken) - 1])


def test_papers_are_counted_like_cheques():
    assert paper_number("WB-AGD", 12) == "WB-AGD-000012"
    assert judge_series("WB", [3, 1, 2]) == ()
    assert [str(it) for it in judge_series("WB", [1, 4, 4])] == [
        "series WB: number 2 is missing",
        "series WB: number 3 is missing",
        "series WB: a number was used twice",
    ]


def test_who_hands_out_keys_posts_nothing_and_who_counts_does_not_see_the_book():
    assert RIGHTS[Role.ADMIN] == {Right.MANAGE_USERS, Right.EDIT_SETTINGS}
    assert Right.SEE_STOCK not in RIGHTS[Role.COUNTER]
    assert Right.DECIDE_REQUEST not in RIGHTS[Role.REPRESENTATIVE] | RIGHTS[Role.OFFICER]
    assert set(RIGHTS) == set(Role)
