"""What OpenStreetMap tags mean for a loaded truck. The only place that knows tags; it knows no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from karavan.domain.hours import ALWAYS, DAY_MIN, Hours
from karavan.domain.roads import RoadStatus
from karavan.domain.units import KG_G, KM_M, M_MM, TONNE_G

# km/h of a loaded truck in a column, where no limit is lower. Relief convoys were seen at 63 km/h on tar, 31-38 on
# gravel and 19-20 on degraded dirt (UNJLC 2007): through roads lie around the first figure, minor ones, which are
# narrow, winding or built up, below it; tracks are dirt.
CLASS_KM_H = {
    "motorway": 80, "trunk": 70, "primary": 60, "secondary": 50, "tertiary": 45, "unclassified": 35,
    "residential": 30, "living_street": 15, "service": 20, "track": 20, "road": 30,
    "motorway_link": 50, "trunk_link": 45, "primary_link": 40, "secondary_link": 35, "tertiary_link": 30,
}  # fmt: skip

# No faster than this, whatever the class. Asphalt and concrete do not slow a truck down and are not listed.
CAP_KM_H = {
    "surface": {
        "unpaved": 35, "compacted": 40, "fine_gravel": 35, "gravel": 35, "pebblestone": 30, "rock": 15,
        "sett": 40, "cobblestone": 25, "unhewn_cobblestone": 20, "paving_stones": 40, "chipseal": 60, "metal": 40,
        "wood": 20, "ground": 20, "dirt": 20, "earth": 20, "clay": 20, "grass": 15, "grass_paver": 20, "mud": 10,
        "sand": 10, "snow": 15, "ice": 10, "salt": 30,
    },
    "tracktype": {"grade1": 40, "grade2": 30, "grade3": 20, "grade4": 15, "grade5": 10},
    "smoothness": {"bad": 30, "very_bad": 20, "horrible": 10, "very_horrible": 5},
    "ford": {"yes": 10, "stepping_stones": 5},
}  # fmt: skip

# Who may use the way, the most special word first. ``goods`` are vehicles up to 3.5 t, ``hgv`` those above.
ACCESS_KEYS = ("goods", "motor_vehicle", "vehicle", "access")
LIGHT_G = 3_500 * KG_G
ALLOWED = frozenset(("yes", "permissive", "designated", "official", "public", "no_sign"))
FOR_SOME = frozenset(("destination", "delivery", "customers", "discouraged"))

CLOSING_TAGS = {"smoothness": ("impassable",), "impassable": ("yes",), "abandoned": ("yes",), "disused": ("yes",)}
DOUBTFUL_TAGS = {"ice_road": ("yes",), "winter_road": ("yes",), "oneway": ("reversible",)}
SHUT_BARRIERS = frozenset(
    ("block", "bollard", "bus_trap", "chain", "cycle_barrier", "debris", "jersey_barrier", "kissing_gate", "log",
     "motorcycle_barrier", "rope", "stile", "sump_buster", "tank_trap", "turnstile", "wedge", "wall", "fence", "ditch")
)  # fmt: skip

_MASS_KEYS = ("maxweight", "maxweightrating", "maxgcweight", "maxgcweightrating")
_LIMIT_SUFFIXES = ("", ":hgv", ":forward", ":backward", ":physical", ":conditional")
NO_LIMIT = frozenset(("none", "default", "unsigned", "no", "no_sign", "no_indications", "unlimited"))
_NUMBER = r"(\d{1,6}(?:[.,]\d{1,4})?)"
_MASS = re.compile(_NUMBER + r"\s*(t|T|kg|lbs|lb|st)?")
_METRES = re.compile(_NUMBER + r"\s*(m|cm)?")
_FEET = re.compile(r"(\d{1,3})\s*(?:'|ft)\s*(?:(\d{1,2})\s*(?:\"|in|''))?")
_SPEED = re.compile(_NUMBER + r"\s*(km/h|mph)?")
_MASS_UNIT_G = {"t": Decimal(TONNE_G), "T": Decimal(TONNE_G), "kg": Decimal(KG_G), "st": Decimal("907184.74")}
_POUND_G = Decimal("453.59237")
_INCH_MM = Decimal("25.4")
_MILE_M = Decimal("1609.344")
_CONDITION = re.compile(r"\s*([\w.,' \"]+?)\s*@\s*(?:\((.*)\)|(.*))\s*")
_HEAVIER = re.compile(rf"weight(?:rating)?\s*>=?\s*{_NUMBER}\s*t?")

RELEVANT = frozenset(
    ("highway", "construction", "route", "area", "junction", "maxspeed", "maxspeed:hgv", "oneway", "hgv",
     "barrier", "locked", *ACCESS_KEYS, *(f"{key}:conditional" for key in (*ACCESS_KEYS, "hgv")),
     *CAP_KM_H, *CLOSING_TAGS, *DOUBTFUL_TAGS,
     *(key + suffix for key in (*_MASS_KEYS, "maxheight", "maxwidth") for suffix in _LIMIT_SUFFIXES))
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    What holds on a piece of road, or at a barrier on it.

    Attributes
    ----------
    direction
        1: only along the way, -1: only against it, 0: both ways.
    through_only
        A motorway: nobody's yard opens onto it.
    """

    speed_m_per_h: int = 0
    direction: int = 0
    through_only: bool = False
    max_gross_mass_g: int | None = None
    max_height_mm: int | None = None
    max_width_mm: int | None = None
    status: RoadStatus = RoadStatus.OPEN
    source: str = ""
    gate: Hours | None = None

    def behind(self, barrier: Rule) -> Rule:
        """The rule of a piece of road that ends at ``barrier``."""
        worse = barrier if _BAD.index(barrier.status) > _BAD.index(self.status) else self
        return replace(
            self,
            max_gross_mass_g=least(self.max_gross_mass_g, barrier.max_gross_mass_g),
            max_height_mm=least(self.max_height_mm, barrier.max_height_mm),
            max_width_mm=least(self.max_width_mm, barrier.max_width_mm),
            status=worse.status,
            source=worse.source,
            gate=barrier.gate or self.gate,
        )


_BAD = (RoadStatus.OPEN, RoadStatus.RESTRICTED, RoadStatus.UNKNOWN, RoadStatus.CLOSED)


def least(*limits: int | None) -> int | None:
    """The strictest of some limits; ``None`` is no limit."""
    return min((limit for limit in limits if limit is not None), default=None)


def way_rule(tags: Mapping[str, str]) -> Rule | None:
    """The rule of a way with ``tags``, or ``None`` when it is no road for trucks at all."""
    kind = tags.get("highway", "")
    works = tags.get("construction", "")
    built = kind != "construction"
    kind = kind if built else (works if works in CLASS_KM_H else "road")
    if kind not in CLASS_KM_H or tags.get("route") == "ferry" or tags.get("area") == "yes":
        return None
    rule = Rule(
        speed_m_per_h=_speed_m_per_h(kind, tags),
        direction=_direction(kind, tags),
        through_only=kind in ("motorway", "motorway_link"),
    )
    if not built or works not in ("", "no", "minor"):
        rule = _worse(rule, RoadStatus.CLOSED, "construction")
    return _with_access_and_limits(rule, tags)


def barrier_rule(tags: Mapping[str, str]) -> Rule:
    """What a barrier node adds to the pieces of road that meet there."""
    kind = tags.get("barrier", "")
    rule = Rule()
    named = any(key in tags for key in (*ACCESS_KEYS, "hgv"))
    if tags.get("locked") == "yes" or (kind in SHUT_BARRIERS and not named):
        rule = _worse(rule, RoadStatus.CLOSED, f"barrier={kind}")
    return _with_access_and_limits(rule, tags)


def _with_access_and_limits(rule: Rule, tags: Mapping[str, str]) -> Rule:
    for status, table in ((RoadStatus.CLOSED, CLOSING_TAGS), (RoadStatus.UNKNOWN, DOUBTFUL_TAGS)):
        for key, values in table.items():
            if tags.get(key) in values:
                rule = _worse(rule, status, f"{key}={tags[key]}")
    rule = _conditional(_access(rule, tags), tags)
    for field, keys, read in (
        ("max_gross_mass_g", _MASS_KEYS, mass_g),
        ("max_height_mm", ("maxheight",), length_mm),
        ("max_width_mm", ("maxwidth",), length_mm),
    ):
        for key, text in _limits(tags, keys):
            try:
                limit: Any = least(getattr(rule, field), read(text))
                rule = replace(rule, **{field: limit})
            except ValueError:
                rule = _worse(rule, RoadStatus.UNKNOWN, f"{key}={tags[key]}")
    return rule


def _worse(rule: Rule, status: RoadStatus, tag: str) -> Rule:
    """``rule`` with ``status`` where that is worse than what it has; the worst tag is named as the source."""
    if _BAD.index(status) <= _BAD.index(rule.status):
        return rule
    return replace(rule, status=status, source=f"OpenStreetMap: {tag[:80]}")


def _access(rule: Rule, tags: Mapping[str, str]) -> Rule:
    """Closed to trucks, for some only, or, where only heavy ones are forbidden, open up to 3.5 t."""
    heavy = tags.get("hgv", "")
    key = next((key for key in ACCESS_KEYS if key in tags), "")
    value = tags.get(key, "yes")
    if heavy in FOR_SOME:
        rule = _worse(rule, RoadStatus.RESTRICTED, f"hgv={heavy}")
    if value in FOR_SOME and heavy not in ALLOWED:
        return _worse(rule, RoadStatus.RESTRICTED, f"{key}={value}")
    if value not in ALLOWED and value not in FOR_SOME:
        return rule if heavy in ALLOWED or heavy in FOR_SOME else _worse(rule, RoadStatus.CLOSED, f"{key}={value}")
    if heavy and heavy not in ALLOWED and heavy not in FOR_SOME:
        return replace(rule, max_gross_mass_g=least(rule.max_gross_mass_g, LIGHT_G))
    return rule


def _conditional(rule: Rule, tags: Mapping[str, str]) -> Rule:
    """``no @ (20:00-06:00)`` and ``yes @ (...)`` become gate hours, ``no @ (weight>7.5)`` a limit; others a doubt."""
    for base in ("hgv", *ACCESS_KEYS):
        key = f"{base}:conditional"
        text = tags.get(key)
        if text is None:
            continue
        changed = _condition(rule, text)
        if changed is None or (changed.gate and rule.gate):
            rule = _worse(rule, RoadStatus.UNKNOWN, f"{key}={text}")
            continue
        rule = changed
    return rule


def _condition(rule: Rule, text: str) -> Rule | None:
    found = _CONDITION.fullmatch(text)
    if found is None:
        return None
    value, condition = found[1], (found[2] if found[2] is not None else found[3]).strip()
    if value in ALLOWED:
        hours = _hours(condition)
        if hours is None or rule.status is not RoadStatus.CLOSED:
            return None
        return replace(rule, gate=hours, status=RoadStatus.RESTRICTED)
    if value not in ("no", "private"):
        return None
    if heavier := _HEAVIER.fullmatch(condition):
        return replace(rule, max_gross_mass_g=least(rule.max_gross_mass_g, mass_g(heavier[1])))
    hours = _hours(condition)
    if hours is None or (gate := outside(hours)) is None:
        return None
    return _worse(replace(rule, gate=gate), RoadStatus.RESTRICTED, f"{value} @ {condition}")


def _hours(text: str) -> Hours | None:
    try:
        return Hours.parse(text)
    except ValueError:
        return None


def outside(hours: Hours) -> Hours | None:
    """The rest of the week; ``None`` when nothing is left."""
    shut: list[tuple[int, int]] = []
    for day, spans in enumerate(hours.spans_min):
        shut += [(day * DAY_MIN + start, day * DAY_MIN + end) for start, end in spans]
    week = len(hours.spans_min) * DAY_MIN
    shut += [(start - week, end - week) for start, end in shut if end > week]
    days = tuple(tuple(_gaps(shut, day * DAY_MIN)) for day in range(len(hours.spans_min)))
    if not any(days):
        return None
    return ALWAYS if days == ALWAYS.spans_min else Hours(days)


def _gaps(shut: Iterable[tuple[int, int]], midnight: int) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in sorted((start - midnight, end - midnight) for start, end in shut):
        if at < start and at < DAY_MIN:
            yield at, min(start, DAY_MIN)
        at = max(at, end)
    if at < DAY_MIN:
        yield at, DAY_MIN


def _limits(tags: Mapping[str, str], keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every value that limits; of a conditional one the value, taken as if it held always."""
    for key in keys:
        for suffix in _LIMIT_SUFFIXES:
            for part in tags.get(key + suffix, "").split(";"):
                text = part.partition("@")[0].strip()
                if text and text not in NO_LIMIT:
                    yield key + suffix, text


def mass_g(text: str) -> int:
    """``"12"``, ``"12.5 t"``, ``"7500 kg"``, ``"26000 lbs"``, ``"10 st"`` (short tons) in grams, rounded down."""
    found = _MASS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    unit = found[2] or "t"
    return int(_decimal(found[1]) * _MASS_UNIT_G.get(unit, _POUND_G))


def length_mm(text: str) -> int:
    """``"3.8"``, ``"3.8 m"``, ``"380 cm"``, ``12'6"`` in millimetres, rounded down."""
    if found := _METRES.fullmatch(text):
        return int(_decimal(found[1]) * (10 if found[2] == "cm" else M_MM))
    if found := _FEET.fullmatch(text):
        return int((Decimal(found[1]) * 12 + Decimal(found[2] or 0)) * _INCH_MM)
    raise ValueError(text)


def _speed_m_per_h(kind: str, tags: Mapping[str, str]) -> int:
    caps = [table[tags[key]] for key, table in CAP_KM_H.items() if tags.get(key) in table]
    speed = min([CLASS_KM_H[kind], *caps]) * KM_M
    for key in ("maxspeed", "maxspeed:hgv"):
        found = _SPEED.fullmatch(tags.get(key, ""))
        limit = int(_decimal(found[1]) * (_MILE_M if found[2] == "mph" else KM_M)) if found else 0
        if limit:
            speed = min(speed, limit)
    return max(speed, KM_M)


def _direction(kind: str, tags: Mapping[str, str]) -> int:
    value = tags.get("oneway", "")
    if value in ("-1", "reverse"):
        return -1
    if value in ("yes", "true", "1"):
        return 1
    implied = kind == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return 1 if implied and not value else 0


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
