"""A writer that is killed: it says each id before it writes it, and again once it is written."""

from __future__ import annotations

import itertools
import os
import sys
import uuid
from datetime import UTC, datetime


def main() -> None:
    folder, url, place, login, first = sys.argv[1:]
    os.environ.update(KARAVAN_FOLDER=folder, KARAVAN_DATABASE_URL=url, DJANGO_SETTINGS_MODULE="karavan.desk.settings")
    import django

    django.setup()
    from karavan.desk import actions
    from karavan.desk.models import User

    keeper = User.objects.get(login=login)
    now = datetime(2023, 9, 22, tzinfo=UTC)
    for number in itertools.count(int(first)):
        sys.stdout.write(f"try {number}\n")
        sys.stdout.flush()
        values = {"place": int(place), "item": "SOAP", "code": "S1", "quantity": 1}
        actions.receive_stock(keeper, uuid.UUID(int=number), now, **values)
        sys.stdout.write(f"ack {number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
