"""Which changes of the settings loosen a control."""

import pytest

from karavan.domain.errors import Refused
from karavan.domain.safeguards import Settings, loosened, refuse_settings

NOW = Settings(2, (4, 8, 24, 48), frozenset({"admin", "approver"}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Settings(1, (4, 8, 24, 48), NOW.code_roles), ["fewer approvals: 2 → 1"]),
        (Settings(2, (4, 8, 24, 49), NOW.code_roles), ["more time for decisions"]),
        (Settings(2, (4, 8, 24, 48), frozenset({"admin"})), ["1 role without a second factor"]),
        (Settings(3, (1, 8, 24, 48), frozenset({"admin", "approver", "planner"})), []),
        (Settings(1, (5, 8, 24, 48), frozenset()), 3),
    ],
)
def test_what_loosens(change, said):
    found = [str(it) for it in loosened(NOW, change)]
    assert (found if isinstance(said, list) else len(found)) == said


def test_without_clocks_of_its_own_an_operation_has_the_usual_ones():
    usual = Settings(2, (), frozenset())
    assert loosened(usual, Settings(2, (4, 8, 24, 48), frozenset())) == ()
    assert len(loosened(usual, Settings(2, (4, 8, 24, 72), frozenset()))) == 1


@pytest.mark.parametrize("wrong", [(0, (4, 8, 24, 48)), (6, (4, 8, 24, 48)), (2, (4, 8, 24)), (2, (0, 8, 24, 48))])
def test_settings_that_no_desk_could_have(wrong):
    with pytest.raises(Refused):
        refuse_settings(Settings(*wrong, frozenset()))
