"""
Bring the catalogues up to date with the code: ``python tools/messages.py``.

New sentences appear in ``karavan/locale/*/LC_MESSAGES/karavan.po`` with an empty translation, those that are gone
disappear, the rest stays as it is. No dates, no line numbers: a catalogue changes only when a sentence does. A changed
sentence is a new one; its translation is never guessed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "karavan" / "locale"
LANGUAGES = ("az", "hy", "ru")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "Message": None,
    "translate": None,
    "counted": (1, 2),
}
WIDTH = 110

# The plural forms are those of the Unicode CLDR, as Babel knows them.
HEADER = """\
# Karavan in {name}.
msgid ""
msgstr ""
"Project-Id-Version: karavan\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


Sentence = str | tuple[str, str]
"""A sentence, or the forms for one and for many of a sentence that counts."""


def sentences() -> list[Sentence]:
    """Every sentence that the code can say, sorted; two forms of one sentence are one."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    found = extract_from_dir(ROOT, [*methods, ("karavan/desk/templates/**.html", in_template)], options, KEYWORDS)
    said: set[Any] = {message for _, _, message, _, _ in found if message}
    return sorted(said, key=lambda sentence: (sentence,) if isinstance(sentence, str) else sentence)


_SAY = re.compile(rb'{% say "([^"]+)"')


def in_template(file: Any, keywords: Any, comments: Any, options: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """The sentences of a page: ``{% say "..." %}``."""
    for number, line in enumerate(file, 1):
        for found in _SAY.finditer(line):
            yield number, "_", found[1].decode(), []


def key(sentence: Sentence) -> str:
    """What a catalogue finds the sentence by."""
    return sentence if isinstance(sentence, str) else sentence[0]


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "karavan.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue as it is on disk; empty when there is none."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def current(language: str) -> bytes:
    """The catalogue as it should be on disk: today's sentences, with the translations that there are."""
    old = read_catalogue(language)
    new = Catalog(locale=language)
    for sentence in sentences():
        known = old.get(key(sentence))
        kept = known.string if known and not known.fuzzy and known.id == sentence else ""
        new.add(sentence, kept or ("" if isinstance(sentence, str) else ("",) * new.num_plurals))
    body = BytesIO()
    write_po(body, new, width=WIDTH, no_location=True, omit_header=True, sort_output=True)
    header = HEADER.format(name=new.locale.english_name, language=language, plural=new.plural_forms)
    return header.encode() + body.getvalue()


def forms(message: Message) -> tuple[str, ...]:
    """The translation, or its form for each kind of number."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def main() -> None:
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(current(language))
        catalogue = read_catalogue(language)
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)
        missing = sum(not all(forms(message)) for message in catalogue if message.id)
        sys.stdout.write(f"{language}: {len(catalogue)} sentences, {missing} to translate\n")


if __name__ == "__main__":
    main()
