"""Languages of screen and paper, through gettext catalogues in ``karavan/locale``."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "az", "hy", "ru")
_FOLDER = Path(__file__).parent.parent / "locale"


@cache
def translator(language: str) -> Callable[[str], str]:
    """
    The function that says an English template in ``language``; English for a language without a catalogue.

    The catalogues' keys are the English texts, marked in the code by ``Message("...")`` or ``N_("...")``.
    """
    return gettext.translation("karavan", _FOLDER, [language], fallback=True).gettext


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue where it is defined; it is translated where it is shown."""
    return text
