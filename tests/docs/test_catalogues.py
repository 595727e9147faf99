"""Every sentence is said in every language, with the same values, and the catalogues are what the code asks for."""

import importlib.util
import string
from pathlib import Path

import pytest

from karavan.domain.language import LANGUAGES

ROOT = Path(__file__).parents[2]


def _load():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _load()
SENTENCES = messages.sentences()


def fields(text):
    return sorted(
        f"{name}!{conversion}:{form}"
        for _, name, form, conversion in string.Formatter().parse(text)
        if name is not None
    )


def test_the_extractor_finds_sentences_of_every_kind():
    # One from a counted Message, one from N_ or _ in the help of the command line.
    assert ("the workbook has {count} problem", "the workbook has {count} problems") in SENTENCES
    assert "The folder to write the plan to." in SENTENCES
    assert set(messages.LANGUAGES) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_catalogue_holds_exactly_todays_sentences(language):
    assert messages.catalogue_path(language).read_bytes() == messages.current(language), "run: python tools/messages.py"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_is_translated(language):
    catalogue = messages.read_catalogue(language)
    assert [sentence for sentence in SENTENCES if not all(messages.forms(catalogue[messages.key(sentence)]))] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_counted_sentence_has_a_form_for_every_kind_of_number(language):
    catalogue = messages.read_catalogue(language)
    assert catalogue.num_plurals == {"az": 2, "hy": 1, "ru": 3}[language]
    for sentence in SENTENCES:
        kinds = 1 if isinstance(sentence, str) else catalogue.num_plurals
        assert len(messages.forms(catalogue[messages.key(sentence)])) == kinds, sentence


def _translations(catalogue):
    for sentence in SENTENCES:
        for said in messages.forms(catalogue[messages.key(sentence)]):
            yield messages.key(sentence), said


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_the_same_values_and_edges(language):
    catalogue = messages.read_catalogue(language)
    for sentence, said in _translations(catalogue):
        if said:
            assert fields(said) == fields(sentence), sentence
            # Texts are put together from pieces: a piece keeps the spaces and line ends at its edges.
            assert said[0].isspace() == sentence[0].isspace(), sentence
            assert said[-1].isspace() == sentence[-1].isspace(), sentence


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_is_guessed(language):
    catalogue = messages.read_catalogue(language)
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert not catalogue.obsolete
