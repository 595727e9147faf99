"""A small reader of its own that recomputes what the desk's database says: no Django, no models, no actions."""

from karavan.verify.books import Verdict, verify
from karavan.verify.reading import Reader, open_books

__all__ = ["Reader", "Verdict", "open_books", "verify"]
