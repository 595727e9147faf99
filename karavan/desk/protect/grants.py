"""PostgreSQL: what the role that the desk works as may do. Whoever owns the tables only brings them up to date."""

from __future__ import annotations

import re

from karavan.desk.protect.install import Query
from karavan.desk.protect.only_growing import APPEND_ONLY

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# Rows of these change, and none goes.
_KEPT = ("desk_balance", "desk_head")
_READ = ("django_migrations",)


def grant(query: Query, role: str) -> None:
    """
    Give ``role`` what the desk does, and take the rest away: documents and the ledger are added to, not changed.

    Raises
    ------
    ValueError
        The role's name is none that the desk puts into a statement.
    """
    if not _ROLE.fullmatch(role):
        raise ValueError(f"{role!r} is no name of a role: a-z, digits and _ only")
    query(f"GRANT USAGE ON SCHEMA public TO {role}")
    for (table,) in list(query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")):
        query(f"REVOKE ALL ON {table} FROM {role}")
        query(f"GRANT {_rights(table)} ON {table} TO {role}")
    query(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")


def _rights(table: str) -> str:
    if table in _READ:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    if table in _KEPT:
        return "SELECT, INSERT, UPDATE"
    return "SELECT, INSERT, UPDATE, DELETE"
