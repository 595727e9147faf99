"""Every sentence in the code can be found by the catalogues' extractor and has all its values."""

import ast
import string
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "karavan"
# They pass sentences on that were written elsewhere.
CARRIERS = {"domain/language.py", "domain/message.py", "domain/planfile.py", "domain/unit_words.py"}


def _called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def calls():
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in ("Message", "N_", "_", "counted"):
                yield pytest.param(name, node, id=f"{name}:{node.lineno}")


CALLS = list(calls())


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_sentence_is_a_literal_and_has_exactly_its_values(name, call):
    if name in CARRIERS:
        return
    if _called(call) == "counted":
        _check_counted(call)
        return
    text = call.args[0]
    if isinstance(text, ast.Name | ast.Subscript | ast.Attribute):
        return  # out of a table whose sentences N_() marks
    assert isinstance(text, ast.Constant), "the extractor finds literals only"
    assert isinstance(text.value, str)
    assert text.value, "gettext answers the empty text with the catalogue's header"
    if _called(call) == "Message" and all(keyword.arg for keyword in call.keywords):
        assert fields(text.value) == {keyword.arg for keyword in call.keywords}


def _check_counted(call):
    """Both forms are literals with the same values, and ``count`` is one of them."""
    one, many = (text.value for text in call.args)
    assert one
    assert one != many
    assert fields(one) == fields(many)
    assert "count" in fields(one)
    if all(keyword.arg for keyword in call.keywords):
        assert fields(one) == {keyword.arg for keyword in call.keywords}
