"""The console as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Names the application."""

    name = "pipeline.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Rollcall"
