"""Languages of screen and paper, through gettext catalogues in ``karavan/locale``."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "az", "hy", "ru")
_FOLDER = Path(__file__).parent.parent / "locale"


class Translator:
    """Says an English template in one language; called as a function, or with a number that decides the form."""

    def __init__(self, catalogue: gettext.NullTranslations, decimal_mark: str) -> None:
        self._catalogue = catalogue
        self.decimal_mark = decimal_mark

    def __call__(self, text: str) -> str:
        return self._catalogue.gettext(text)

    def counted(self, one: str, many: str, count: int) -> str:
        """The form that ``count`` asks for: English has two, Russian three."""
        return self._catalogue.ngettext(one, many, count)


@cache
def translator(language: str) -> Translator:
    """
    What says an English template in ``language``.

    The catalogues' keys are the English texts, marked in the code by ``Message("...")``, ``counted("...", "...")`` or
    ``N_("...")``.

    Raises
    ------
    MissingCatalogue
        There is none for the language: silent English would be taken for a translation.
    """
    if language == "en":
        return Translator(gettext.NullTranslations(), ".")
    try:
        return Translator(gettext.translation("karavan", _FOLDER, [language]), ",")
    except FileNotFoundError:
        from karavan.domain.errors import MissingCatalogue  # errors are said through this module

        raise MissingCatalogue(language) from None


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue where it is defined; it is translated where it is shown."""
    return text
