"""Django's settings, made from the environment. What is left out is as Django has it.

Sources: Django's deployment checklist and its page on security; django-allauth's pages on rate limits, MFA and user
sessions. A number that is ours says why.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from pipeline.console.environment import (
    LOOPBACK,
    console_address,
    console_key,
    database_settings,
    derived,
)
from pipeline.districts.folders import Home

_HERE = Path(__file__).parent
_HOME = Home.from_environment()
_ADDRESS = console_address()
_IS_SECURE = _ADDRESS is not None and _ADDRESS.is_secure
_KEY = console_key(_HOME)

DEBUG = False
SECRET_KEY = derived(_KEY, "sessions")
FERNET_KEY = derived(_KEY, "secrets")
ALLOWED_HOSTS = [_ADDRESS.host] if _ADDRESS else [*LOOPBACK, "[::1]"]
CSRF_TRUSTED_ORIGINS = [_ADDRESS.origin] if _ADDRESS else []
ROOT_URLCONF = "pipeline.console.urls"
WSGI_APPLICATION = None
DATABASES = {"default": database_settings(_HOME)}
# Of all processes: limits of tries and used codes count whichever of them answers.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "console_cache"}}
AUTH_USER_MODEL = "console.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [_HERE / "locale"]

INSTALLED_APPS = [
    "pipeline.console.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pipeline.console.middleware.strict_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "pipeline.console.middleware.session_ages",
    "pipeline.console.middleware.second_factor",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_HERE / "jinja2"],
        "OPTIONS": {
            "environment": "pipeline.console.pages.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["pipeline.console.tags"],
        },
    },
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [_HERE.parent / "report" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# Straight from the packages: there is no step of collecting them that one could forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_SECURE
SESSION_COOKIE_NAME = "__Host-rollcall" if _IS_SECURE else "rollcall"
CSRF_COOKIE_NAME = "__Host-rollcall-form" if _IS_SECURE else "rollcall-form"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_MOST_SECONDS = SESSION_COOKIE_AGE
"""A working day; whoever is at work after that signs in again."""
SESSION_IDLE_SECONDS = 30 * 60
"""A desk in a school office that someone has left."""
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _IS_SECURE else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
CSRF_FAILURE_VIEW = "pipeline.console.views.errors.csrf_failure"

# The built-in one that needs memory as well as time; no further package.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["email", "name"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 60 * 60

EMAIL_BACKEND = "pipeline.console.mail.InstallationMail"
DEFAULT_FROM_EMAIL = "rollcall@localhost"

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _IS_SECURE else 0
ACCOUNT_ADAPTER = "pipeline.console.adapters.Accounts"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _IS_SECURE else "http"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Rollcall: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Five wrong passwords for an account lock it for five minutes; the page says the same for one that does not exist.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/5m/key"}
MFA_ADAPTER = "pipeline.console.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _IS_SECURE
MFA_TOTP_ISSUER = "Rollcall"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "filters": {"wordless": {"()": "pipeline.console.log.WithoutTexts"}},
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "filters": ["wordless"]}},
    "loggers": {
        "django": {"handlers": ["standard_error"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
