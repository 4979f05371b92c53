"""Lets the pages of django-allauth, which are Django templates, have the frame of ours."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from pipeline.errors import UsageError
from pipeline.mail.server import server_from

register = template.Library()


@register.simple_tag(takes_context=True)
def console_frame(context: Any, part: str) -> SafeString:
    """Return a part of the frame: `head` or `top`."""
    request = context.get("request")
    user = getattr(request, "user", None)
    account = user if user is not None and user.is_authenticated else None
    return mark_safe(render_to_string(f"console/frame_{part}.html", {"account": account}, request, using="jinja2"))  # noqa: S308 - escaped there


@register.simple_tag
def mail_is_sent() -> bool:
    """Return whether this installation sends mail."""
    try:
        return server_from() is not None
    except UsageError:
        return False
