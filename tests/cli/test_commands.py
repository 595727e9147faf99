"""The commands from end to end on the small world: what they say, write and exit with."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from karavan import plan_from_json, plan_to_json, read_workbook, write_workbook
from karavan.cli.commands import app
from karavan.domain import catalogues
from karavan.domain.roads import RoadStatus
from tests import cast

ROOT = Path(__file__).parents[2]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="karavan")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder with the small world's workbook and a plan for it, made by the command itself."""
    folder = tmp_path_factory.mktemp("world")
    write_workbook(folder / "small.xlsx", cast.a_situation())
    done = run("plan", folder / "small.xlsx", "-o", folder / "out", "--rounds", "5")
    assert done.exit_code == 0, done.output
    return folder


def test_a_language_without_its_sentences_is_refused_with_what_to_do(world, monkeypatch, tmp_path):
    monkeypatch.setattr(catalogues, "_FOLDER", tmp_path)
    catalogues.translator.cache_clear()
    try:
        done = run("check", world / "small.xlsx", "--language", "hy")
    finally:
        monkeypatch.undo()
        catalogues.translator.cache_clear()
    assert done.exit_code == 3
    assert "the language 'hy' are missing" in " ".join(done.stderr.split())
    assert "install it again" in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_help_in_a_language_without_its_sentences_is_one_line_and_no_traceback():
    """The folder of the catalogues is moved before the commands are loaded, as where they were never compiled."""
    code = (
        "from pathlib import Path; from karavan.domain import catalogues; catalogues._FOLDER = Path('nowhere'); "
        "from karavan.cli import main; main()"
    )
    environment = {**os.environ, "KARAVAN_LANGUAGE": "ru", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("the sentences for the language 'ru' are missing")
    assert done.stderr.count("\n") == 1


def test_plan_writes_everything_and_says_where(world):
    names = {path.name for path in (world / "out").iterdir()}
    assert names == {"plan.json", "plan.xlsx", "plan.html", "papers"}
    assert (world / "out" / "papers" / "all.pdf").read_bytes().startswith(b"%PDF")
    done = run("plan", world / "small.xlsx", "-o", world / "again", "--rounds", "5", "--no-papers")
    assert "Written to" in done.stdout
    assert "REQ-3" in done.stdout  # a draft is not planned, and the plan says so
    assert {path.name for path in (world / "again").iterdir()} == names - {"papers"}
    assert (world / "again" / "plan.json").read_bytes() == (world / "out" / "plan.json").read_bytes()


def test_plan_as_json_says_nothing_else(world):
    done = run("plan", world / "small.xlsx", "-o", world / "json", "--rounds", "5", "--no-papers", "--json")
    said = json.loads(done.stdout)
    assert said["files"] == ["plan.html", "plan.json", "plan.xlsx"]
    assert said["violations"] == []
    assert said["value"]["delivered_permille"] == 1000
    assert done.stderr == ""


def test_every_line_fits_eighty_columns(world):
    for arguments in (
        ("show", world / "out/plan.json", "-s", world / "small.xlsx"),
        ("show", world / "out/plan.json"),
        ("plan", "--help"),
        ("replan", "--help"),
        ("--help",),
    ):
        done = run(*arguments)
        assert done.exit_code == 0
        assert max(map(len, done.stdout.splitlines())) <= 80, arguments


def test_check_judges_a_workbook(world):
    done = run("check", world / "small.xlsx")
    assert (done.exit_code, done.stdout) == (0, "The workbook is in order.\n")


def test_check_lists_every_bad_cell(world, tmp_path):
    folder = tmp_path / "csv"
    write_workbook(folder, cast.a_situation())
    for name, good, bad in (("Places", "39.991", "north"), ("Vehicles", "30; 10", "30; x")):
        path = folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8-sig")
        assert good in text, text
        path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    done = run("check", folder)
    assert done.exit_code == 1
    assert "north" in done.stdout
    assert "30; x" in done.stdout
    said = json.loads(run("check", folder, "--json").stdout)
    assert said["error"] == "BadWorkbook"
    assert {problem["sheet"] for problem in said["problems"]} == {"Places", "Vehicles"}
    planned = run("plan", folder, "-o", tmp_path / "never")
    assert planned.exit_code == 1
    assert not (tmp_path / "never").exists()


def test_check_judges_a_plan(world):
    good = run("check", world / "small.xlsx", world / "out/plan.json")
    assert (good.exit_code, good.stdout, good.stderr) == (0, "The plan keeps every rule.\n", "")
    plan = plan_from_json((world / "out/plan.json").read_text(encoding="utf-8"))
    bad = world / "bad.json"
    bad.write_text(plan_to_json(replace(plan, journeys=plan.journeys[1:])), encoding="utf-8")
    done = run("check", world / "small.xlsx", bad)
    assert done.exit_code == 1
    assert "The plan breaks rules in" in done.stdout
    said = json.loads(run("check", world / "small.xlsx", bad, "--json").stdout)
    assert {"rule", "where", "amount", "unit", "message"} == set(said["violations"][0])


def test_a_plan_for_another_state_of_the_workbook_is_noted(world, tmp_path):
    other = cast.with_road(cast.a_situation(), "R-KHN", distance_m=14_001)
    write_workbook(tmp_path / "other.xlsx", other)
    done = run("check", tmp_path / "other.xlsx", world / "out/plan.json")
    assert "another state of this workbook" in done.stderr


def test_show_says_names_and_local_times_with_the_workbook(world):
    done = run("show", world / "out/plan.json", "--situation", world / "small.xlsx", "--language", "ru")
    assert "Степанакерт" in done.stdout
    assert "кг" in done.stdout or "kg" in done.stdout
    # Loading begins at 04:00 UTC at the earliest: 08:00 in Asia/Baku.
    assert "2023-09-22 08:00" in done.stdout
    bare = run("show", world / "out/plan.json")
    assert "2023-09-22 04:00" in bare.stdout
    assert json.loads(run("show", world / "out/plan.json", "--json").stdout)["journeys"] >= 1


def test_template_writes_a_workbook_and_never_over_one(tmp_path):
    path = tmp_path / "new.xlsx"
    done = run("template", path, "--language", "az")
    assert done.exit_code == 0
    size = path.stat().st_size
    assert run("template", path).exit_code == 4
    assert path.stat().st_size == size
    assert run("template", tmp_path / "no such folder" / "new.xlsx").exit_code == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("unheard-of",), 2),
        (("plan", "x.xlsx"), 2),
        (("check", "x.xlsx", "--language", "xx"), 2),
        (("check", "no such file.xlsx"), 4),
        (("show", "no such file.json"), 4),
    ],
)
def test_exit_codes(arguments, code):
    done = run(*arguments)
    assert done.exit_code == code
    assert "Traceback" not in done.output


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 99}', "\x00", '{"a":' * 5000])
def test_a_file_that_is_no_plan_is_refused_by_name(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    done = run("show", path)
    assert done.exit_code == 4
    assert "plan.jsonisnotaplan" in "".join(done.stderr.split())  # a long path breaks its line
    path.write_bytes(b"\xff\xfe")
    assert run("show", path).exit_code == 4


def test_a_violation_of_our_own_is_shown_and_nothing_is_written(world, tmp_path, monkeypatch):
    from karavan.planning import plan as careful

    def careless(situation, **options):
        made = careful(situation, **options)
        return replace(made, journeys=made.journeys[1:])

    monkeypatch.setattr("karavan.planning.plan", careless)
    done = run("plan", world / "small.xlsx", "-o", tmp_path / "out", "--rounds", "0")
    assert done.exit_code == 3
    assert "nothing was written" in done.stdout.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


def karavan(*arguments, **more):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    command = [sys.executable, "-m", "karavan", *map(str, arguments)]
    return subprocess.Popen(command, text=True, encoding="utf-8", env=environment, **more)


def test_a_terminal_shows_progress_and_ctrl_c_keeps_the_best_plan_so_far(world, tmp_path):
    theirs, ours = os.openpty()
    process = karavan("plan", world / "small.xlsx", "-o", tmp_path / "out", "--time", "300", "--no-papers",
                      stderr=ours, env={"TERM": "xterm", "COLUMNS": "80"})  # fmt: skip
    os.close(ours)
    shown = b""
    while b"person-hours, bound" not in shown:
        shown += os.read(theirs, 4096)
    process.send_signal(signal.SIGINT)
    while True:
        try:
            shown += os.read(theirs, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
    out, _ = process.communicate(timeout=50)
    os.close(theirs)
    assert process.returncode == 0, shown
    assert b"best plan found so far" in shown
    assert "Written to" in out
    assert run("check", world / "small.xlsx", tmp_path / "out" / "plan.json").exit_code == 0


@pytest.mark.parametrize("gap", ["100%", "-1%", "much", "nan"])
def test_a_gap_that_is_no_percentage_is_refused(world, tmp_path, gap):
    done = run("plan", world / "small.xlsx", "-o", tmp_path / "out", f"--gap={gap}")
    assert done.exit_code == 2
    assert "not a percentage" in " ".join(done.stderr.split())


def test_a_gap_and_several_seeds_are_asked_for(world, tmp_path):
    more = ("--rounds", "400", "--no-papers", "--json")
    done = run("plan", world / "small.xlsx", "-o", tmp_path / "near", "--gap", "99%", "--seeds", "2", *more)
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "near" / "plan.json").read_text(encoding="utf-8"))["rounds"] == 0
    done = run("plan", world / "small.xlsx", "-o", tmp_path / "far", "--gap", "0%", "--seeds", "2", *more)
    assert json.loads((tmp_path / "far" / "plan.json").read_text(encoding="utf-8"))["rounds"] == 400


def test_help_loads_no_heavy_library():
    code = (
        "import sys; from karavan.cli import main; sys.argv = ['karavan', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('numpy', 'scipy', 'openpyxl', 'python_calamine', 'typst', 'osmium', 'rich')"
        " if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert "Exit codes" in done.stdout
    assert done.stderr.strip() == "[]"


def test_output_survives_a_terminal_without_unicode(world):
    process = karavan("show", world / "out/plan.json", "-s", world / "small.xlsx", "-l", "hy",
                      env={"PYTHONIOENCODING": "ascii"})  # fmt: skip
    out, err = process.communicate(timeout=50)
    assert process.returncode == 0, err
    assert "J-001" in out


def test_a_reader_that_goes_away_is_no_error(world):
    process = karavan("show", world / "out/plan.json")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=50)
    assert "Traceback" not in err


def test_roads_from_an_extract_reach_the_plan(world, tmp_path):
    osmium = pytest.importorskip("osmium")
    from osmium.osm.mutable import Node, Way

    spots = {1: (46.930, 39.991), 2: (46.940, 39.995), 3: (46.833, 39.937), 4: (46.752, 39.815)}
    writer = osmium.SimpleWriter(str(tmp_path / "region.osm.pbf"))
    for number, location in spots.items():
        writer.add_node(Node(id=number, location=location))
    writer.add_way(Way(id=1, nodes=[2, 1, 3, 4], tags={"highway": "primary"}))
    writer.close()
    write_workbook(tmp_path / "small.xlsx", replace(cast.a_situation(), roads=()))
    arguments = (tmp_path / "small.xlsx", "--osm", tmp_path / "region.osm.pbf")
    done = run("plan", *arguments, "-o", tmp_path / "out", "--rounds", "2", "--no-papers")
    assert done.exit_code == 0, done.output
    assert "OpenStreetMap extract" in done.stdout
    assert "100\u00a0% of what is needed" in done.stdout
    assert run("check", arguments[0], tmp_path / "out/plan.json", *arguments[1:]).exit_code == 0


def test_replan_lists_what_changed_and_keeps_the_workbook_it_was_made_for(world, tmp_path):
    done = run(
        "replan", world / "small.xlsx", world / "out/plan.json", "--at", "2023-09-22 08:30",
        "--close", "R-KHN@2023-09-22 16:00", "--broken", "T2", "-o", tmp_path / "out", "--rounds", "5", "--no-papers",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Changed:" in done.stdout
    changed = read_workbook(tmp_path / "out" / "situation.xlsx")
    # 08:30 in Asia/Baku is 04:30 UTC.
    assert changed.road["R-KHN"].status is RoadStatus.CLOSED
    assert changed.road["R-KHN"].status_from == cast.at("04:30")
    assert changed.vehicle["T2"].available_until == cast.at("04:30")
    checked = run("check", tmp_path / "out/situation.xlsx", tmp_path / "out/plan.json")
    assert (checked.exit_code, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    "change",
    [
        ("--close", "R-NONE"), ("--close", "R-KHN@soon"), ("--open", "R-NONE"), ("--broken", "NONE"),
        ("--left", "J-999"),
    ],
)  # fmt: skip
def test_a_change_that_names_nothing_known_is_a_usage_error(world, tmp_path, change):
    done = run(
        "replan", world / "small.xlsx", world / "out/plan.json", "--at", "2023-09-22 08:30", *change,
        "-o", tmp_path / "out", "--rounds", "1",
    )  # fmt: skip
    assert done.exit_code == 2
    assert change[1].partition("@")[0] in done.stderr or "soon" in done.stderr


def test_explain_answers_or_says_that_the_name_is_unknown(world):
    for subject in ("REQ-1/1", "REQ-1", "J-001", "T1"):
        done = run("explain", world / "small.xlsx", world / "out/plan.json", subject)
        assert done.exit_code == 0, done.output
        assert done.stdout.strip()
    unknown = run("explain", world / "small.xlsx", world / "out/plan.json", "NOBODY")
    assert unknown.exit_code == 2
    assert "NOBODY" in unknown.stderr


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31T23:59-14:00", "9999-12-31 23:59", "2032-09-22 10:00"])
def test_a_time_beside_every_operation_is_a_usage_error(world, tmp_path, moment):
    arguments = ("replan", world / "small.xlsx", world / "out/plan.json", "-o", tmp_path / "out", "--rounds", "1")
    done = run(*arguments, "--at", moment)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert moment in done.stderr
    far = run(*arguments, "--at", "2023-09-22 08:30", "--close", "R-KHN@0001-01-01")
    assert far.exit_code == 2


def test_a_plan_that_names_what_is_not_there_explains_nothing(world, tmp_path):
    text = (world / "out/plan.json").read_text(encoding="utf-8")
    (tmp_path / "plan.json").write_text(text.replace('"item": "SOAP"', '"item": "SOUP"'), encoding="utf-8")
    done = run("explain", world / "small.xlsx", tmp_path / "plan.json", "T1")
    assert done.exit_code == 4
    assert "SOUP" in done.stderr


def test_replanning_a_plan_that_breaks_rules_is_not_called_our_mistake(world, tmp_path):
    text = (world / "out/plan.json").read_text(encoding="utf-8")
    plan = plan_from_json(text)
    first = plan.journeys[0].stops[0].loads[0]
    broken = text.replace(f'"quantity": {first.quantity},', f'"quantity": {first.quantity + 1},', 1)
    assert broken != text
    (tmp_path / "plan.json").write_text(broken, encoding="utf-8")
    done = run(
        "replan", world / "small.xlsx", tmp_path / "plan.json", "--at", "2023-09-22 20:00", "-o", tmp_path / "out",
        "--rounds", "1",
    )  # fmt: skip
    assert done.exit_code == 1, done.output
    assert not (tmp_path / "out").exists()


def test_a_pipe_is_no_plan(tmp_path):
    os.mkfifo(tmp_path / "plan.json")
    done = run("show", tmp_path / "plan.json")
    assert done.exit_code == 4


@pytest.mark.parametrize("out", ["a" * 300, "loop"])
def test_a_folder_that_cannot_be_is_refused(world, tmp_path, out):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    done = run("plan", world / "small.xlsx", "-o", tmp_path / out, "--rounds", "0", "--no-papers")
    assert done.exit_code == 4
    assert "Traceback" not in done.output


@pytest.mark.parametrize(("output", "code"), [(">/dev/full", 4), (">&-", 0), (">&- 2>&-", 0)])
@pytest.mark.parametrize("form", ["", "--json"])
def test_an_output_that_takes_nothing_ends_in_an_exit_code(world, output, code, form):
    line = f'"{sys.executable}" -m karavan show "{world / "out/plan.json"}" {form} {output}'
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
