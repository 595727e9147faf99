"""The examples as the tests read them, each workbook and each plan made once."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from karavan import Plan, Situation, plan, read_workbook

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples"
KHANKENDI = "aghdam-khankendi-2023-09-22"
CHECKPOINT = "aghdam-checkpoint-2023-08-29"
CHECKPOINT_LATER = "aghdam-checkpoint-2023-09-12"
DISTRICT = "mountain-district-earthquake"
ROUNDS = {KHANKENDI: 30, CHECKPOINT: 30, CHECKPOINT_LATER: 30, DISTRICT: 5}
SEED = 1


@cache
def situation(name: str) -> Situation:
    return read_workbook(FOLDER / f"{name}.xlsx")


@cache
def planned(name: str) -> Plan:
    return plan(situation(name), seed=SEED, rounds=ROUNDS[name])


def at(text: str) -> datetime:
    """``"2023-09-12 06:30"`` by the clock of Baku, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Baku")).astimezone(UTC)


def handed_over(of: Plan, place: str) -> dict[str, int]:
    """Units of each need taken off at ``place``."""
    result: dict[str, int] = defaultdict(int)
    for journey in of.journeys:
        for stop in journey.stops:
            if stop.place == place:
                for goods in stop.unloads:
                    result[goods.need] += goods.quantity
    return dict(result)


def left_behind(of: Plan) -> dict[str, tuple[int, list[str]]]:
    """Of each need: the quantity and the reasons, in English."""
    return {it.need: (it.quantity, [str(reason) for reason in it.reasons]) for it in of.unserved}
