"""The gettext catalogues in ``karavan/locale``."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from karavan.domain.errors import MissingCatalogue
from karavan.domain.language import Translator

_FOLDER = Path(__file__).parent.parent / "locale"


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
        raise MissingCatalogue(language) from None
