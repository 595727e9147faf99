"""The fonts that come with the package, and what they can print.

Only these are used, never the machine's own: a paper looks the same everywhere, and a missing script is found here
and not as empty boxes at a checkpoint.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import typst

from karavan.domain.errors import KaravanError
from karavan.domain.message import Message

FOLDER = Path(__file__).parent / "fonts"
NEEDED = (("Noto Sans", 400), ("Noto Sans", 700), ("Noto Sans Armenian", 400), ("Noto Sans Armenian", 700))
NOT_PRINTABLE = "\N{REPLACEMENT CHARACTER}"
_JOINERS = "\u200c\u200d"
_KEPT_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_LONG_WORD = re.compile(r"\S{25,}")
_MARKS_ON_ONE_LETTER = 3


@cache
def load_fonts(folder: Path = FOLDER) -> typst.Fonts:
    """
    The fonts of ``folder``.

    Raises
    ------
    KaravanError
        One of the fonts that every language of the program needs is not there.
    """
    paths = [str(folder)] if folder.is_dir() else []
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    found = {(font.family, font.weight) for font in fonts.fonts()}
    missing = [f"{family} {weight}" for family, weight in NEEDED if (family, weight) not in found]
    if missing:
        raise KaravanError(
            Message(
                "fonts for the papers are missing: {fonts}. They are put in place when Karavan is installed: install"
                " it again",
                fonts=", ".join(missing),
            )
        )
    return fonts


@cache
def families(folder: Path = FOLDER) -> tuple[str, ...]:
    """Names of the families, the one with Latin letters and figures first."""
    return tuple(sorted(load_fonts(folder).families(), key=lambda name: (name != NEEDED[0][0], name)))


@cache
def covered(folder: Path = FOLDER) -> frozenset[int]:
    """The code points that at least one of the fonts has a glyph for."""
    points: set[int] = set()
    for path in sorted(folder.glob("*.ttf")):
        points |= _code_points(path.read_bytes())
    return frozenset(points)


@lru_cache(maxsize=100_000)
def printable(text: str) -> str:
    """
    ``text`` as the fonts can print it.

    Control characters, and those that turn the reading direction, are left out: what a hand typed into a cell shall
    not rearrange a paper. A character without a glyph becomes U+FFFD. Long words get places to break.
    """
    if text.isascii() and text.isprintable() and len(text) < 25:
        return text
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind == "Mn" else 0
        if character == "\n" or (character in _KEPT_SPACES and ord(character) in covered()):
            kept.append(character)
        elif kind[0] == "Z" or character == "\t":
            kept.append(" ")
        elif (kind in ("Cc", "Cf") and character not in _JOINERS) or marks > _MARKS_ON_ONE_LETTER:
            continue
        else:
            kept.append(character if ord(character) in covered() else NOT_PRINTABLE)
    return _LONG_WORD.sub(_with_breaks, "".join(kept))


def _with_breaks(word: re.Match[str]) -> str:
    return "\u200b".join(re.findall(r".{1,12}", word[0]))


def _code_points(font: bytes) -> set[int]:
    """The characters of a TrueType font's ``cmap`` table, formats 4 and 12 (OpenType specification, "cmap")."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    points: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * index)[0]
        kind = struct.unpack_from(">H", font, at)[0]
        pairs: Iterable[tuple[int, ...]]
        if kind == 4:
            count = struct.unpack_from(">H", font, at + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", font, at + 14)
            starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
            pairs = zip(starts, ends, strict=True)
        elif kind == 12:
            groups = struct.unpack_from(">I", font, at + 12)[0]
            pairs = (struct.unpack_from(">II", font, at + 16 + 12 * group) for group in range(groups))
        else:
            continue
        for first, last in pairs:
            points.update(range(first, last + 1))
    return points - {0xFFFF}
