"""Comparing headings and choices as people type them: case, spaces and Turkic i's do not matter."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

# Lower-casing an Azerbaijani "I" gives another letter than lower-casing an English one: all four i's are one here.
_SAME = str.maketrans({"İ": "i", "I": "i", "ı": "i", "\u0307": "", "Ё": "е", "ё": "е", "_": " ", "\u00a0": " "})


def fold(text: str) -> str:
    """What two spellings of one heading have in common."""
    plain = unicodedata.normalize("NFKC", text).translate(_SAME)
    return re.sub(r"\s+", " ", plain.casefold()).strip()


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known spelling that ``text`` was probably meant to be."""
    spelled = {fold(name): name for name in known}
    found = difflib.get_close_matches(fold(text), list(spelled), n=1, cutoff=0.6)
    return spelled[found[0]] if found else None
