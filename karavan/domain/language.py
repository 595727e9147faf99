"""Languages of screen and paper, through gettext catalogues in ``karavan/locale``."""

from __future__ import annotations

import gettext

LANGUAGES = ("en", "az", "hy", "ru")


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


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue where it is defined; it is translated where it is shown."""
    return text
