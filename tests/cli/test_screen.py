"""What a person and a script see: wrapped, translated, and never a command to the terminal."""

import json
from datetime import UTC, datetime

import pytest
import typer

from karavan.cli.screen import Exit, Screen, cell_len, language_of, open_screen, printable
from karavan.cli.words import journeys, summary, unserved
from karavan.domain.errors import BadChange, BadPlanFile, BadWorkbook, KaravanError, Problem, RefusedFile, UnknownName
from karavan.domain.message import Message, PlaceName
from karavan.domain.plans import Journey, Leg, Plan, Share, Stop, Unserved
from tests import cast


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "hy_AM.UTF-8"}, "hy"),
        ({"LANG": "az-Latn-AZ"}, "az"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "ru_RU", "LC_ALL": "hy_AM"}, "hy"),
        ({"LANG": "ru_RU", "KARAVAN_LANGUAGE": "az"}, "az"),
        ({"LANG": "ru_RU", "KARAVAN_LANGUAGE": ""}, "ru"),
    ],
)
def test_the_language_comes_from_the_environment(environment, language):
    assert language_of(environment) == language


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadWorkbook([]), Exit.WANTING),
        (RefusedFile(Message("x")), Exit.REFUSED),
        (BadPlanFile(Message("x")), Exit.REFUSED),
        (BadChange(Message("x")), Exit.USAGE),
        (UnknownName(Message("x")), Exit.USAGE),
        (KaravanError(Message("x")), Exit.CONTRADICTION),
    ],
)
def test_every_error_has_its_exit_code(error, code, capsys):
    assert Screen("en").fail(error) is code
    assert Screen("en", as_json=True).fail(error) is code
    said = capsys.readouterr().out
    assert json.loads(said[said.index("{") :])["error"] == type(error).__name__


def test_places_are_called_by_their_names_once_the_situation_is_known(capsys):
    screen = Screen("hy")
    sentence = Message("to {place}", place=PlaceName("KHN"))
    assert screen.text(sentence) == "to KHN"
    screen.situation = cast.a_situation()
    assert screen.text(sentence) == "to Ստեփանակերտ"


def test_a_name_cannot_command_the_terminal():
    assert printable("a\x1b[31mb\x07c\x9bd\u202ee\u2066f\rg\th\x7f") == "a�[31mb�c�d�e�f�g�h�"
    harmless = "line one\nline two Xankəndi Ստեփանակերտ [bold]"
    assert printable(harmless) == harmless


def test_markup_in_a_name_stays_text(capsys):
    Screen("en").say("[bold red]Alice[/] :smile: {place}")
    assert capsys.readouterr().out == "[bold red]Alice[/] :smile: {place}\n"


def test_paragraphs_wrap_at_eighty_columns_under_their_indent(capsys):
    Screen("en").say("word " * 40, indent=4)
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("    word") and len(line) <= 80 for line in lines)
    assert len(lines) == 3  # 40 x 5 = 200 characters in lines of 76


def test_rows_stand_in_columns_and_the_last_one_wraps(capsys):
    Screen("en").rows([("a", "one"), ("long label", "word " * 20)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a           one"
    assert lines[1].startswith("long label  word")
    assert lines[2].startswith("            word")
    assert max(map(len, lines)) <= 80


def test_a_column_is_as_wide_as_the_terminal_shows_it():
    # A combining accent takes no column, a full-width letter two.
    assert cell_len("e\N{COMBINING ACUTE ACCENT}\N{FULLWIDTH LATIN CAPITAL LETTER A}") == 3


def test_nothing_but_the_document_reaches_standard_output_as_json(capsys):
    with open_screen("en", as_json=True) as screen:
        screen.say("words")
        screen.rows([("a", "b")])
        screen.result({"name": "Ağdam"})
    assert json.loads(capsys.readouterr().out) == {"name": "Ağdam"}


def test_bad_cells_are_listed_by_place_value_and_rule(capsys):
    problems = [
        Problem("Requests", 7, "D", "40 kgs", Message("is not a whole number")),
        Problem("Roads", 0, "", "", Message("is missing")),
    ]
    Screen("en").fail(BadWorkbook(problems))
    out = capsys.readouterr().out
    assert "Requests, row 7, D\n" in out
    assert "“40 kgs”: is not a whole number" in out
    assert "  Roads\n" in out


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ZeroDivisionError("by zero"), Exit.CONTRADICTION, "ZeroDivisionError: by zero, at test_screen.py"),
        (MemoryError(), Exit.REFUSED, "not enough memory"),
        (OSError(28, "No space left on device", "/a/b"), Exit.REFUSED, "/a/b: No space left on device"),
    ],
)
def test_what_nobody_thought_of_is_one_sentence_and_an_exit_code(capsys, error, code, words):
    for as_json in (False, True):
        with pytest.raises(typer.Exit) as ended, open_screen("en", as_json):
            raise error
        assert ended.value.exit_code == code
        said = capsys.readouterr()
        assert words in said.err.replace("\n", " ")
        assert "Traceback" not in said.err
        assert (json.loads(said.out)["error"] if as_json else said.out) == (type(error).__name__ if as_json else "")


def figures(plan, situation):
    screen = Screen("en")
    screen.situation = situation
    summary(screen, plan)
    unserved(screen, plan)


def test_lines_that_nobody_approved_are_counted_and_listed_apart(capsys):
    why = (Message("because"),)
    left = Unserved(need="REQ-1/1", item="FLOUR", place="KHN", quantity=50, reasons=why)
    draft = Unserved(need="REQ-3/1", item="FLOUR", place="KHN", quantity=100, reasons=why)
    figures(cast.a_plan(unserved=(draft, left)), cast.a_situation())
    said = " ".join(capsys.readouterr().out.split())
    assert "Lines left behind 1 of 5, whole or in part Lines not approved 1" in said
    assert said.index("Left behind:") < said.index("REQ-1/1,") < said.index("Not approved, so") < said.index("REQ-3/1,")
    figures(cast.a_plan(unserved=(draft, left)), None)
    assert "Lines left behind or not approved 2" in " ".join(capsys.readouterr().out.split())


def test_a_plan_made_again_says_why_it_is_beside_no_other(capsys):
    figures(cast.a_plan(replanned_at=cast.at("05:00")), cast.a_situation())
    assert "planned again: there is no other plan to compare with" in " ".join(capsys.readouterr().out.split())
    figures(cast.a_plan(), cast.a_situation())
    assert "planned again" not in capsys.readouterr().out


def test_scarce_goods_that_nobody_gets_are_not_shared(capsys):
    share = Share(item="BREAD", needed=400, available=100, shares=(("REQ-2/1", 100),))
    figures(cast.a_plan(journeys=(), shares=(share,)), cast.a_situation())
    said = " ".join(capsys.readouterr().out.split())
    assert "none of it is handed over: the lines left behind say why" in said
    assert "each gets" not in said


def test_a_journey_says_when_it_leaves_with_which_convoy_and_where_it_waits(capsys):
    def at(hour, minute=0):
        return datetime(2023, 9, 22, hour, minute, tzinfo=UTC)

    def leg(road, origin, destination, depart, arrive, convoy=""):
        return Leg(road=road, origin=origin, destination=destination, depart=depart, arrive=arrive, convoy=convoy)

    way = (leg("R1", "A", "B", at(5), at(5, 10)), leg("R2", "B", "C", at(8), at(9), "C-01"))
    stops = (
        Stop(place="A", arrive=at(3), start=at(4), end=at(5)),
        Stop(place="C", arrive=at(9), start=at(9), end=at(10), legs=way),
    )
    plan = Plan(journeys=(Journey(code="J-1", vehicle="T1", stops=stops),))
    journeys(Screen("en"), plan)
    said = capsys.readouterr().out
    assert "2023-09-22 03:00–05:00  A  waits until 04:00" in said
    assert "leaves A 05:00: R1\n" in said
    assert "leaves B 08:00 with convoy C-01: R2\n" in said
