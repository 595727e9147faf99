"""``karavan verify`` on the database that Django talks to."""

from __future__ import annotations

from django.db import connection

from karavan.verify import Verdict, open_books, verify


def target() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(settings["NAME"])
    return f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"


def verdict() -> Verdict:
    with open_books(target()) as reader:
        return verify(reader)


def problems() -> list[str]:
    return [str(problem) for problem in verdict().problems]
