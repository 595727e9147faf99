"""Mail into a folder, one file a mail, named by the mail's number: the same mail again is the same file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for letter in email_messages:
            message = letter.message()
            name = re.sub(r"[^0-9A-Za-z@.-]", "", str(message["Message-ID"]))
            fresh = folder / f".{name}.{os.getpid()}"
            fresh.write_bytes(message.as_bytes())
            fresh.replace(folder / f"{name}.eml")
        return len(email_messages)
