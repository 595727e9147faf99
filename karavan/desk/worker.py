"""``python -m karavan.desk.worker``: takes planning jobs and tells people what waits, until it is told to end."""

from __future__ import annotations

import os
import threading


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "karavan.desk.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from datetime import UTC, datetime

    from karavan.desk.leases import give_up_dead
    from karavan.desk.telling import forever

    give_up_dead(datetime.now(UTC))
    threading.Thread(target=forever, name="telling", daemon=True).start()
    threading.Thread(target=_be_seen, daemon=True).start()
    call_command("db_worker", verbosity=0)


def _be_seen() -> None:
    """``/ready`` tells by the file's time whether a worker lives."""
    from django.conf import settings

    from karavan.desk.condition import SEEN_EACH_S, WORKER

    while True:
        (settings.FOLDER / WORKER).touch()
        threading.Event().wait(SEEN_EACH_S)


if __name__ == "__main__":
    main()
