"""
What the database itself refuses, on SQLite and on PostgreSQL, whoever writes and by whatever program.

``guards`` is the one list of triggers; ``install`` puts them in place after each migration (some migrations on SQLite
rebuild a table and drop its triggers without a word); ``drift`` says what is not as it should be. Checks of single
columns are constraints of the models. Nothing here knows Django: ``karavan.verify`` reads the same list.
"""

from karavan.desk.protect.grants import grant
from karavan.desk.protect.guard import Guard
from karavan.desk.protect.guards import GUARDS
from karavan.desk.protect.install import drift, expected, install, installed, remove

__all__ = ["GUARDS", "Guard", "drift", "expected", "grant", "install", "installed", "remove"]
