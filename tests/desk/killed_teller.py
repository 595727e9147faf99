"""A teller that is killed: it looks and posts without a pause, until it is gone."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime


def main() -> None:
    folder, url = sys.argv[1:]
    os.environ.update(KARAVAN_FOLDER=folder, KARAVAN_DATABASE_URL=url, DJANGO_SETTINGS_MODULE="karavan.desk.settings")
    import django

    django.setup()
    from karavan.desk import telling

    now = datetime(2023, 9, 22, tzinfo=UTC)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        telling.post(now)
        telling.sweep(now)


if __name__ == "__main__":
    main()
