"""Settings, all from the environment. ``karavan desk`` sets ``KARAVAN_FOLDER``; docs/desk.md lists the others."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from karavan.desk.database import database
from karavan.domain.language import LANGUAGES as CODES


def _yes(name: str, usual: str) -> bool:
    return os.environ.get(name, usual) in ("1", "yes", "true")


FOLDER = Path(os.environ.get("KARAVAN_FOLDER", "karavan-desk")).absolute()
_key = FOLDER / "secret.key"
# Made when the desk is opened (karavan/desk/start.py); whoever imports this without one serves nobody.
SECRET_KEY = _key.read_text() if _key.exists() else secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("KARAVAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

DATABASES = {"default": database(os.environ.get("KARAVAN_DATABASE_URL", ""), FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "desk.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "karavan.desk",
]
MIDDLEWARE = [
    "karavan.desk.watch.watched",
    "karavan.desk.middleware.routes",
    "django.middleware.security.SecurityMiddleware",
    "karavan.desk.middleware.policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "karavan.desk.middleware.language",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "karavan.desk.middleware.access",
]
ROOT_URLCONF = "karavan.desk.urls"
WSGI_APPLICATION = "karavan.desk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["karavan.desk.middleware.page"]},
    }
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "en"
LANGUAGES = [(code, code) for code in CODES]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "karavan.desk.formats"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
STATICFILES_DIRS: list[Path] = []

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OTP_TOTP_ISSUER = "Karavan"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
# Over plain HTTP on this machine a secure cookie would never come back; behind TLS KARAVAN_TLS=1 says so.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _yes("KARAVAN_TLS", "0")
CSRF_FAILURE_VIEW = "karavan.desk.middleware.too_old"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The proxy before it says how it was asked; without this every form behind TLS would look as if sent from elsewhere.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _yes("KARAVAN_TLS", "0") else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _yes("KARAVAN_TLS", "0") else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Where people reach the desk: for the links in mails.
DESK_URL = os.environ.get("KARAVAN_URL", "http://localhost:8000").rstrip("/")
EMAIL_BACKEND = os.environ.get("KARAVAN_EMAIL_BACKEND", "karavan.desk.mailbox.FolderBackend")
EMAIL_FILE_PATH = FOLDER / "mail"
EMAIL_TIMEOUT = 20
EMAIL_HOST = os.environ.get("KARAVAN_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("KARAVAN_SMTP_PORT", "25"))
EMAIL_USE_TLS = _yes("KARAVAN_SMTP_TLS", "0")
EMAIL_HOST_USER = os.environ.get("KARAVAN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KARAVAN_SMTP_PASSWORD", "")
DEFAULT_FROM_EMAIL = os.environ.get("KARAVAN_MAIL_FROM", "karavan@localhost")
