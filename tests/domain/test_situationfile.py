"""A situation is kept as the text that its digest is taken of."""

from pathlib import Path

import pytest

from karavan import read_workbook
from karavan.domain.audit import digest
from karavan.domain.planfile import situation_digest
from karavan.domain.situationfile import situation_from_json, situation_to_json
from tests.cast import a_situation

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.xlsx"))


def test_the_small_world_goes_there_and_back():
    situation = a_situation()
    text = situation_to_json(situation)
    assert situation_from_json(text) == situation
    assert digest(text) == situation_digest(situation)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_go_there_and_back(path):
    situation = read_workbook(path)
    assert situation_from_json(situation_to_json(situation)) == situation
