"""What was loaded against what was counted: the worked receipts of CARE's manual, and any other."""

import pytest
from hypothesis import given, strategies as st

from karavan.domain.errors import Refused
from karavan.domain.receipts import Counted, Damage, Reconciled, reconcile


def test_care_850():
    """1,000 sent, 975 unloaded, of them 5 torn and 2 stained: 968 good, 7 damaged, 25 missing."""
    counted = Counted(arrived=975, damaged=((Damage.TORN, 5), (Damage.STAINED, 2)))
    assert reconcile(1_000, counted) == Reconciled(
        loaded=1_000, good=968, underweight=0, damaged=7, missing=25, excess=0
    )


def test_care_853():
    """1,000 sent, 1,010 arrive, of them 5 torn, 3 mouldy, 10 under weight by 5 kg: 992 good, and 10 too many."""
    counted = Counted(
        arrived=1_010, damaged=((Damage.TORN, 5), (Damage.MOULDY, 3)), underweight=10, underweight_g=50_000
    )
    found = reconcile(1_000, counted)
    assert found == Reconciled(loaded=1_000, good=992, underweight=10, damaged=8, missing=0, excess=10)
    assert found.usable == 1_002


def test_care_854():
    """1,000 sent, 990 arrive."""
    assert reconcile(1_000, Counted(arrived=990)) == Reconciled(
        loaded=1_000, good=990, underweight=0, damaged=0, missing=10, excess=0
    )


units = st.integers(0, 10**6)


@given(units, units, st.lists(st.tuples(st.sampled_from(Damage), units), max_size=3), units)
def test_every_unit_is_counted_once(loaded, good, damaged, light):
    arrived = good + light + sum(count for _, count in damaged)
    found = reconcile(loaded, Counted(arrived=arrived, damaged=tuple(damaged), underweight=light))
    assert found.loaded + found.excess == found.good + found.underweight + found.damaged + found.missing
    assert min(found.good, found.missing, found.excess) >= 0
    assert 0 in (found.missing, found.excess)
    assert found.sent_damaged + found.sent_usable + found.missing == found.loaded
    assert 0 <= found.sent_damaged <= found.damaged
    assert 0 <= found.sent_usable <= found.usable


def test_more_damaged_than_arrived_is_a_contradiction():
    with pytest.raises(Refused, match="6 are damaged or too light, but only 5 arrived"):
        reconcile(10, Counted(arrived=5, damaged=((Damage.WET, 4),), underweight=2))


@pytest.mark.parametrize(
    "counted",
    [Counted(arrived=-1), Counted(arrived=5, damaged=((Damage.WET, -1),)), Counted(arrived=5, underweight=-1)],
)
def test_nothing_is_counted_below_nothing(counted):
    with pytest.raises(Refused, match="never less than nothing"):
        reconcile(10, counted)
