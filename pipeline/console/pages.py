"""How the console makes its pages: the templates, words and parts of the reports, in a frame with a way around."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment

from pipeline.console.access import Visit, grants_of
from pipeline.report.page import environment as page_environment
from pipeline.status.districts import WORDS


def environment(loader: Any = None, **_options: Any) -> Environment:
    """Return the environment of the reports with our templates before theirs; for Django's settings of templates."""
    made = page_environment(*([loader] if loader else []))
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"word": word, "explained": explained}
    made.globals |= {"url": url, "static": static, "state_words": WORDS, "language": get_language}
    return made


def word(state: str) -> str:
    """Return the one word of a state, as a heading has it."""
    return gettext(state.capitalize())


def explained(state: str) -> str:
    """Return what a state means, behind its one word; nothing where the word says it."""
    meaning = gettext(WORDS[state]).partition(": ")[2]  # type: ignore[index] # a state
    return f"{meaning[:1].upper()}{meaning[1:]}." if meaning else ""


def url(page: str, /, **address: Any) -> str:
    """Return the address of a page."""
    return reverse(page, kwargs=address)


def show(
    request: HttpRequest, template: str, visit: Visit | None = None, *, status: int = 200, **values: Any
) -> HttpResponse:
    """Return a page of ours."""
    from django.shortcuts import render  # noqa: PLC0415 - Django's settings are read by then

    frame = {
        "visit": visit,
        "may": visit.may if visit else lambda _permission: False,
        "account": request.user if request.user.is_authenticated else None,
        "grants": grants_of(request),
        "now": timezone.now(),
    }
    return render(request, f"console/{template}.html", frame | values, status=status, using="jinja2")
