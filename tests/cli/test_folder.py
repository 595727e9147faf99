"""A plan's folder is written whole or not at all, and never over somebody else's files."""

import os

import pytest

from karavan.cli.folder import new_folder, refuse_foreign
from karavan.domain.errors import RefusedFile


def write(out, text):
    with new_folder(out) as folder:
        (folder / "plan.json").write_text(text)
        (folder / "papers").mkdir()
        (folder / "papers" / "all.pdf").write_text(text)


def test_a_new_plan_takes_the_old_ones_place(tmp_path):
    out = tmp_path / "deep" / "out"
    write(out, "old")
    write(out, "new")
    assert (out / "papers" / "all.pdf").read_text() == "new"
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_when_writing_breaks_the_old_plan_is_still_there(tmp_path):
    out = tmp_path / "out"
    write(out, "old")

    def break_off():
        with new_folder(out) as folder:
            (folder / "plan.json").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert (out / "plan.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_when_the_swap_breaks_the_old_plan_comes_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, "old")
    real, calls = os.rename, []

    def rename(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise PermissionError(13, "Permission denied")
        real(self, target)
        return target

    monkeypatch.setattr("pathlib.Path.rename", rename)
    with pytest.raises(RefusedFile, match="Permission denied"):
        write(out, "new")
    assert (out / "plan.json").read_text() == "old"


@pytest.mark.parametrize("name", ["letter.docx", "papers/notes.txt", ".git"])
def test_a_folder_with_somebody_elses_files_is_refused(tmp_path, name):
    out = tmp_path / "out"
    write(out, "old")
    (out / name).write_text("mine")
    with pytest.raises(RefusedFile, match=name):
        write(out, "new")
    assert (out / name).read_text() == "mine"
    assert (out / "plan.json").read_text() == "old"


def test_a_file_and_the_working_folder_are_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RefusedFile):
        refuse_foreign(tmp_path / "file")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for wrong in (".", "..", tmp_path):
        with pytest.raises(RefusedFile):
            refuse_foreign(tmp_path / "here" / wrong)


def test_an_empty_folder_and_a_link_to_one_are_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    write(tmp_path / "link", "new")
    assert (tmp_path / "empty" / "plan.json").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


def test_a_place_that_cannot_be_written_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RefusedFile, match="file"):
        write(tmp_path / "file" / "out", "new")


def test_ctrl_c_in_the_swap_brings_the_old_plan_back(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, "old")
    real, calls = os.rename, []

    def rename(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(self, target)
        return target

    monkeypatch.setattr("pathlib.Path.rename", rename)
    with pytest.raises(KeyboardInterrupt):
        write(out, "new")
    assert (out / "plan.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
