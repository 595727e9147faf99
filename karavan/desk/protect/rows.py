"""What stands in rows that stay as they are: hashed when an event writes them, and again to verify the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from karavan.desk.protect.install import SQLITE, Query
from karavan.desk.protect.only_growing import APPEND_ONLY
from karavan.domain.audit import canonical, digest

CHAINED = ("desk_event", "desk_verdict", "desk_transfer")
"""Their rows come after the event's body, and are judged by it otherwise."""

HASHED = tuple(table for table in APPEND_ONLY if table not in CHAINED)


def key_of(table: str) -> str:
    return APPEND_ONLY[table][0].partition(" ")[0]


def row_digests(query: Query, vendor: str, table: str, where: str = "") -> Iterator[tuple[str, str]]:
    """Key and hash of each row; an empty column is left out, so that one that is added later changes nothing."""
    names = _columns(query, vendor, table)
    texts = ", ".join(f'CAST("{name}" AS TEXT)' for name in names)
    for key, *values in query(f'SELECT CAST("{key_of(table)}" AS TEXT), {texts} FROM {table} {where}'):
        pairs = [[name, value] for name, value in zip(names, values, strict=True) if value is not None]
        yield str(key), digest(canonical(pairs))


def together(digests: Iterable[str]) -> str:
    """One hash of several rows."""
    return digest(canonical(list(digests)))


def _columns(query: Query, vendor: str, table: str) -> tuple[str, ...]:
    if vendor == SQLITE:
        found = query(f"SELECT name FROM pragma_table_info('{table}')")
    else:
        found = query(
            "SELECT column_name FROM information_schema.columns "
            f"WHERE table_schema = current_schema() AND table_name = '{table}'"
        )
    return tuple(sorted(str(name) for (name,) in found))
