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
    call_command("db_worker", verbosity=0)


if __name__ == "__main__":
    main()
