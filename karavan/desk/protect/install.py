"""The guards as SQL of one database: put in place, and compared with what is there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from karavan.desk.protect.guard import PREFIX, Guard
from karavan.desk.protect.guards import GUARDS, POSTING
from karavan.desk.protect.only_growing import APPEND_ONLY

Query = Callable[[str], Iterable[Sequence[Any]]]
"""Runs one statement and gives its rows; none for a statement without an answer."""

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def install(query: Query, vendor: str) -> None:
    """Put every guard in place, in the caller's transaction; one that is there already is made anew."""
    found = installed(query, vendor)
    wanted = expected(vendor)
    for name, statements in wanted.items():
        if found.get(name) != _mark(statements):
            for statement in _removal(name, statements, vendor, present=name in found):
                query(statement)
            for statement in statements:
                query(statement)
    for name in found.keys() - wanted.keys():
        query(f"DROP TRIGGER {name}" + _on(query, vendor, name))


def remove(query: Query, vendor: str) -> None:
    """Take every guard away, before a migration: SQLite rebuilds no table that a trigger of another one names."""
    for name in installed(query, vendor):
        query(f"DROP TRIGGER {name}" + _on(query, vendor, name))


def drift(query: Query, vendor: str) -> tuple[str, ...]:
    """The names of guards that are missing, changed, turned off, or there though nobody asked for them."""
    found = installed(query, vendor)
    wanted = {name: _mark(statements) for name, statements in expected(vendor).items()}
    return tuple(sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)))


def expected(vendor: str) -> dict[str, tuple[str, ...]]:
    """The statements that make each trigger, by its name."""
    make = _sqlite if vendor == SQLITE else _postgresql
    guards = [guard for guard in GUARDS if guard.only in ("", vendor)]
    wanted = {guard.trigger: make(guard) for guard in guards}
    wanted[POSTING] = _post(vendor)
    if vendor == POSTGRESQL:
        for table in (*APPEND_ONLY, "desk_balance", "desk_head"):
            wanted[f"{PREFIX}emptied_{table}"] = _truncate(table)
    return wanted


def installed(query: Query, vendor: str) -> dict[str, str]:
    """The triggers that are there, with a mark of what they do."""
    if vendor == SQLITE:
        rows = query(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
            f"AND (name LIKE '{PREFIX}%' OR name = '{POSTING}')"
        )
        return {name: _mark((sql,)) for name, sql in rows}
    rows = query(
        "SELECT t.tgname, p.prosrc, t.tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND "
        f"(t.tgname LIKE '{PREFIX}%' OR t.tgname = '{POSTING}')"
    )
    return {name: _found_mark(name, body, enabled, definition) for name, body, enabled, definition in rows}


def _mark(statements: Sequence[str]) -> str:
    """SQLite keeps a trigger's text as it was given; PostgreSQL the body of its function."""
    text = statements[0]
    body = text.partition("$guard$")[2].rpartition("$guard$")[0] or text
    return hashlib.sha256(re.sub(r"\s+", " ", body).strip().encode()).hexdigest()


def _found_mark(name: str, body: str, enabled: str, definition: str) -> str:
    """One that is turned off, or runs at another time than its name says, is not in place."""
    when = "AFTER INSERT" if name == POSTING else f"BEFORE {name.rpartition('_')[2].upper()}"
    if name.startswith(f"{PREFIX}emptied_"):
        when = "BEFORE TRUNCATE"
    if enabled not in ("O", "A", b"O", b"A") or when not in definition or " WHEN " in definition:
        return "off"
    return _mark((f"$guard${body}$guard$",))


def _removal(name: str, statements: Sequence[str], vendor: str, present: bool) -> Iterable[str]:
    if vendor == SQLITE:
        return (f"DROP TRIGGER {name}",) if present else ()
    table = statements[-1].partition(" ON ")[2].split()[0]
    return (f"DROP TRIGGER IF EXISTS {name} ON {table}",)


def _on(query: Query, vendor: str, name: str) -> str:
    if vendor == SQLITE:
        return ""
    rows = query(f"SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = '{name}'")
    return f" ON {next(iter(rows))[0]}"


def _sqlite(guard: Guard) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {guard.trigger} BEFORE {guard.when} ON {guard.table} WHEN {_one_line(guard.condition)} "
        f"BEGIN SELECT RAISE(ABORT, 'karavan:{guard.name}'); END",
    )


def _postgresql(guard: Guard) -> tuple[str, ...]:
    row = "OLD" if guard.when == "DELETE" else "NEW"
    body = (
        f"BEGIN IF {_one_line(guard.condition)} THEN RAISE EXCEPTION 'karavan:{guard.name}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END"
    )
    return (
        f"CREATE OR REPLACE FUNCTION {guard.trigger}() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$",
        f"CREATE TRIGGER {guard.trigger} BEFORE {guard.when} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.trigger}()",
    )


def _truncate(table: str) -> tuple[str, ...]:
    name = f"{PREFIX}emptied_{table}"
    body = "BEGIN RAISE EXCEPTION 'karavan:deleted' USING ERRCODE = 'integrity_constraint_violation'; END"
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$",
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    )


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _side(account: str, sign: str, vendor: str) -> str:
    """
    One side of a transfer. The row is made empty first and added to then: an upsert would judge the amount itself
    against the check and not what it comes to.
    """
    there = f"(SELECT 1 FROM desk_balance b WHERE b.account_id = NEW.{account} AND b.batch_id = NEW.batch_id)"
    once = f" AND NOT EXISTS {there}" if vendor == SQLITE else " ON CONFLICT (account_id, batch_id) DO NOTHING"
    return (
        "INSERT INTO desk_balance (account_id, batch_id, quantity, neg, last) "
        f"SELECT NEW.{account}, NEW.batch_id, 0, a.neg, 0 FROM desk_account a WHERE a.id = NEW.{account}{once}; "
        f"UPDATE desk_balance SET quantity = quantity {sign} NEW.quantity, last = NEW.id "
        f"WHERE account_id = NEW.{account} AND batch_id = NEW.batch_id;"
    )


def _post(vendor: str) -> tuple[str, ...]:
    """In PostgreSQL the smaller account is locked first: opposing transfers wait for each other and never lock up."""
    out, into = _side("source_id", "-", vendor), _side("target_id", "+", vendor)
    if vendor == SQLITE:
        return (f"CREATE TRIGGER {POSTING} AFTER INSERT ON desk_transfer BEGIN {out} {into} END",)
    return (
        f"CREATE OR REPLACE FUNCTION {POSTING}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"IF NEW.source_id < NEW.target_id THEN {out} {into} ELSE {into} {out} END IF; RETURN NULL; END $guard$",
        f"CREATE TRIGGER {POSTING} AFTER INSERT ON desk_transfer FOR EACH ROW EXECUTE FUNCTION {POSTING}()",
    )
