"""``python -m karavan.desk.worker``: takes planning jobs until it is told to end."""

from __future__ import annotations

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "karavan.desk.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from datetime import UTC, datetime

    from karavan.desk.leases import give_up_dead

    give_up_dead(datetime.now(UTC))
    call_command("db_worker", verbosity=0)


if __name__ == "__main__":
    main()
