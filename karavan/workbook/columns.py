"""What one sheet and one column of the workbook are. The sheets themselves stand in :mod:`karavan.workbook.sheets`."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from karavan.domain.language import LANGUAGES
from karavan.workbook.folding import fold
from karavan.workbook.kinds import Kind, Words

UNITS: dict[str, Words] = {
    "t": ("t", "t", "տ", "т"),
    "kg": ("kg", "kq", "կգ", "кг"),
    "g": ("g", "q", "գ", "г"),
    "m3": ("m3", "m3", "մ3", "м3"),
    "m": ("m", "m", "մ", "м"),
    "km": ("km", "km", "կմ", "км"),
    "km/h": ("km/h", "km/saat", "կմ/ժ", "км/ч"),
    "t/h": ("t/h", "t/saat", "տ/ժ", "т/ч"),
    "h": ("h", "saat", "ժ", "ч"),
    "min": ("min", "dəq", "րոպե", "мин"),
    "deg": ("deg", "dərəcə", "աստիճան", "град"),
}
NAME: Words = ("name", "ad", "անվանում", "название")
_NAME_HEADING = re.compile(r"\s*(?P<word>[^\[\]]+?)\s*\[\s*(?P<tag>[^\[\]]+?)\s*\]\s*")
# BCP 47: language, then script, region and variants.
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
_SUBTAG_CASE = {4: str.title, 2: str.upper}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One column of a sheet, or one row of the Operation sheet.

    Attributes
    ----------
    field
        Of the sheet's domain class; the few columns that are not fields have names of their own.
    words
        The heading without its unit, and ``unit`` a key of :data:`UNITS`.
    required
        Whether each row needs a value; a column that is not required may be left out.
    example
        As a person types it, in the template's example row.
    """

    field: str
    kind: Kind
    words: Words
    help: Words
    unit: str = ""
    required: bool = False
    example: str = ""

    def heading(self, language: str) -> str:
        i = LANGUAGES.index(language)
        return f"{self.words[i]} [{UNITS[self.unit][i]}]" if self.unit else self.words[i]

    def spellings(self) -> set[str]:
        """Every folded heading that means this column: each language's word, with the unit in any script."""
        if not self.unit:
            return {fold(word) for word in self.words}
        return {fold(f"{word} [{unit}]") for word in self.words for unit in UNITS[self.unit]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    One sheet.

    Attributes
    ----------
    key
        What the code calls it; ``words`` is what the tab is called.
    records
        The domain class of one row (of the Operation sheet: two); what is left empty takes its default.
    required
        Whether the workbook needs the sheet; it may be empty.
    named
        Whether it has columns ``name [az]``, ``name [hy]``, ...: one per language.
    listed
        Whether its columns stand below each other, with the values beside them (the Operation sheet).
    """

    key: str
    words: Words
    help: Words
    records: tuple[type, ...]
    columns: tuple[Column, ...]
    required: bool = True
    named: bool = False
    listed: bool = False

    def name(self, language: str) -> str:
        return self.words[LANGUAGES.index(language)]

    def column(self, field: str) -> Column:
        return next(column for column in self.columns if column.field == field)

    def default(self, column: Column) -> Any:
        """What an empty cell means; ``None`` also where the domain class has no such field."""
        for record in self.records:
            for field in dataclasses.fields(record):
                if field.name == column.field and field.default is not dataclasses.MISSING:
                    return field.default
        return None


def name_tag(heading: str) -> str | None:
    """The language tag of a ``name [tag]`` heading in any language; ``None``: it is none."""
    found = _NAME_HEADING.fullmatch(heading)
    if found is None or fold(found["word"]) not in map(fold, NAME) or not _TAG.fullmatch(found["tag"]):
        return None
    # Tags are the same in any case; written as is usual: az, az-Cyrl, pt-BR.
    language, *rest = found["tag"].split("-")
    return "-".join([language.lower(), *(_SUBTAG_CASE.get(len(part), str.lower)(part) for part in rest)])


def name_heading(tag: str, language: str) -> str:
    return f"{NAME[LANGUAGES.index(language)]} [{tag}]"
