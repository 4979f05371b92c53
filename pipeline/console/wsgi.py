"""The console as a WSGI application, for gunicorn or any other server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

os.environ["DJANGO_SETTINGS_MODULE"] = "pipeline.console.settings"

application = get_wsgi_application()

# Before the first visitor comes: reading them takes a third of a second.
get_resolver().reverse_dict  # noqa: B018 - asking for it reads the addresses and all views
for _name in ("overview", "district", "report", "message"):
    engines["jinja2"].get_template(f"console/{_name}.html")
