"""The words that goods are counted by, each with its forms in every language; what is not here stays as it is typed."""

from __future__ import annotations

from collections.abc import Callable

from karavan.domain.language import Translator


def counted(one: str, many: str) -> tuple[str, str]:
    """Both forms are found for the catalogues, where they are one entry."""
    return one, many


UNIT_WORDS = (
    counted("ampoule", "ampoules"),
    counted("bag", "bags"),
    counted("bale", "bales"),
    counted("bar", "bars"),
    counted("blanket", "blankets"),
    counted("bottle", "bottles"),
    counted("box", "boxes"),
    counted("bucket", "buckets"),
    counted("bundle", "bundles"),
    counted("can", "cans"),
    counted("carton", "cartons"),
    counted("crate", "crates"),
    counted("drum", "drums"),
    counted("jerrycan", "jerrycans"),
    counted("kit", "kits"),
    counted("litre", "litres"),
    counted("loaf", "loaves"),
    counted("mattress", "mattresses"),
    counted("pack", "packs"),
    counted("pair", "pairs"),
    counted("pallet", "pallets"),
    counted("parcel", "parcels"),
    counted("piece", "pieces"),
    counted("roll", "rolls"),
    counted("sack", "sacks"),
    counted("set", "sets"),
    counted("tablet", "tablets"),
    counted("tarpaulin", "tarpaulins"),
    counted("tent", "tents"),
    counted("tube", "tubes"),
    counted("vial", "vials"),
)
_BY_SPELLING = {spelling: words for words in UNIT_WORDS for spelling in words}


def forms_of(unit: str) -> tuple[str, str] | None:
    """``loaf`` and ``loaves`` of either; ``None``: the catalogues do not know the word."""
    return _BY_SPELLING.get(unit.casefold())


def unit_form(unit: str, amount: int, translate: Callable[[str], str]) -> str:
    """The word as it stands behind the number; nothing where the catalogues do not know it."""
    forms = forms_of(unit)
    if forms is None:
        return ""
    if isinstance(translate, Translator):
        return translate.counted(*forms, abs(amount))
    return forms[abs(amount) != 1]
