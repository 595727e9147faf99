"""
The skeleton that all VRPLIB dialects share: ``KEY : value`` lines, then sections of rows that begin with a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

Rounding = Callable[[np.ndarray], np.ndarray]

ROUNDINGS: dict[str, Rounding] = {
    "real": lambda values: values,
    "nearest": lambda values: np.floor(values + 0.5),
    "tenths": lambda values: np.floor(10 * values + 1e-9),
    "thousandths": lambda values: np.floor(1_000 * values + 0.5),
}
"""``tenths`` are what DIMACS 2022 calls its truncation; ``thousandths`` are what PyVRP calls exact."""


class BadFile(ValueError):
    """A file that does not keep its format: which file, section, line, and which rule."""

    def __init__(self, path: Path, section: str, line: int, rule: str) -> None:
        where = f"{path.name}, {section}" + (f", line {line}" if line else "")
        super().__init__(f"{where}: {rule}")


@dataclass
class Row:
    """A section's row and the line it stands on."""

    line: int
    numbers: tuple[float, ...]


@dataclass
class Sections:
    """
    A file taken apart.

    Attributes
    ----------
    keys
        Upper-case key -> its text.
    rows
        Section name without ``_SECTION`` -> rows.
    """

    path: Path
    keys: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def bad(self, section: str, line: int, rule: str) -> BadFile:
        return BadFile(self.path, section, line, rule)

    def number(self, key: str) -> float:
        text = self.keys.get(key)
        if text is None:
            raise self.bad(key, 0, "the key is missing")
        try:
            return float(text)
        except ValueError:
            raise self.bad(key, 0, f"'{text}' is not a number") from None

    def whole(self, key: str) -> int:
        value = self.number(key)
        if value != int(value) or value < 0:
            raise self.bad(key, 0, f"'{self.keys[key]}' is not a whole number of at least 0")
        return int(value)

    def table(self, section: str, columns: int, rows: int) -> np.ndarray:
        """
        The numbers behind each row's own number, in its order.

        ``columns`` counts the numbers behind it; rows must be numbered 1 .. ``rows``, each once.
        """
        found = self.rows.get(section)
        if found is None:
            raise self.bad(f"{section}_SECTION", 0, "the section is missing")
        result = np.full((rows, columns), np.nan)
        for row in found:
            if len(row.numbers) != columns + 1:
                rule = f"a row has {columns + 1} numbers, this one {len(row.numbers)}"
                raise self.bad(f"{section}_SECTION", row.line, rule)
            number = row.numbers[0]
            if number != int(number) or not 1 <= number <= rows:
                raise self.bad(f"{section}_SECTION", row.line, f"rows are numbered 1 to {rows}, not {number:g}")
            if not np.isnan(result[int(number) - 1, 0]):
                raise self.bad(f"{section}_SECTION", row.line, f"row {number:g} is there twice")
            result[int(number) - 1] = row.numbers[1:]
        missing = np.flatnonzero(np.isnan(result[:, 0]))
        if len(missing):
            raise self.bad(f"{section}_SECTION", 0, f"row {missing[0] + 1} of {rows} is missing")
        return result

    def depots(self, dimension: int) -> tuple[int, ...]:
        """Nodes of DEPOT_SECTION, which need not come first, up to the -1 that ends it."""
        found = self.rows.get("DEPOT")
        if not found:
            raise self.bad("DEPOT_SECTION", 0, "the section is missing or empty")
        result: list[int] = []
        for row in found:
            for number in row.numbers:
                if number == -1:
                    return tuple(result)
                if number != int(number) or not 1 <= number <= dimension:
                    raise self.bad("DEPOT_SECTION", row.line, f"{number:g} is not a node of 1 to {dimension}")
                result.append(int(number) - 1)
        return tuple(result)

    def distances(self, dimension: int, rounding: str) -> np.ndarray:
        """Euclidean from coordinates, or the explicit lower triangle of EDGE_WEIGHT_SECTION."""
        if self.keys.get("EDGE_WEIGHT_TYPE") == "EXPLICIT":
            return ROUNDINGS[rounding](self._explicit(dimension))
        return ROUNDINGS[rounding](euclidean(self.table("NODE_COORD", 2, dimension)))

    def _explicit(self, dimension: int) -> np.ndarray:
        form = self.keys.get("EDGE_WEIGHT_FORMAT", "")
        if form != "LOWER_ROW":
            raise self.bad("EDGE_WEIGHT_FORMAT", 0, f"'{form}' is not known here; LOWER_ROW is")
        numbers = [number for row in self.rows.get("EDGE_WEIGHT", []) for number in row.numbers]
        wanted = dimension * (dimension - 1) // 2
        if len(numbers) != wanted:
            raise self.bad("EDGE_WEIGHT_SECTION", 0, f"{dimension} nodes need {wanted} numbers, not {len(numbers)}")
        matrix = np.zeros((dimension, dimension))
        if "Eilon" in self.keys.get("COMMENT", ""):
            # These two files say row by row and are column by column: only so do they have their published optimum.
            matrix[np.triu_indices(dimension, 1)] = numbers
        else:
            matrix[np.tril_indices(dimension, -1)] = numbers
        return matrix + matrix.T


def euclidean(places: np.ndarray) -> np.ndarray:
    across = places[:, None, :] - places[None, :, :]
    return np.hypot(across[..., 0], across[..., 1])


def read_sections(path: Path) -> Sections:
    found = Sections(path)
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        text = line.strip()
        if not text:
            continue
        if text == "EOF":
            break
        head = text.partition(":")[0].strip().upper()
        if head.endswith("_SECTION"):
            section = head.removesuffix("_SECTION")
            if section in found.rows:
                raise found.bad(head, number, "the section is there twice")
            found.rows[section] = []
        elif text[0].isalpha() and ":" in text:
            found.keys[head] = text.partition(":")[2].strip()
        elif section:
            found.rows[section].append(Row(number, _numbers(found, f"{section}_SECTION", number, text.split())))
        else:
            raise found.bad("header", number, f"'{text}' is neither a key with its value nor a section")
    return found


def _numbers(found: Sections, section: str, line: int, words: Sequence[str]) -> tuple[float, ...]:
    result = []
    for word in words:
        try:
            result.append(float(word))
        except ValueError:
            raise found.bad(section, line, f"'{word}' is not a number") from None
    return tuple(result)


def whole_demands(found: Sections, dimension: int, depots: tuple[int, ...]) -> tuple[int, ...]:
    """Whole and not negative; a depot wants nothing."""
    result = []
    for node, value in enumerate(found.table("DEMAND", 1, dimension)[:, 0]):
        if value != int(value) or value < 0:
            raise found.bad("DEMAND_SECTION", 0, f"node {node + 1} wants {value:g}, which is not a whole number")
        if node in depots and value:
            raise found.bad("DEMAND_SECTION", 0, f"node {node + 1} is a depot and wants {value:g}")
        result.append(int(value))
    return tuple(result)
