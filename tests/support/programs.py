"""The programs that some tests need, and what a run says at its end of tests that it left out or that took long.

A test marked `chromium`, `openssh` or `services` is left out where its program is missing, and one line says so. In CI
(CI=true) it fails instead: there all of them must run.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter

import pytest

from tests.support.services import nginx_program, postgres_programs, redis_program

CHROMIUM = shutil.which("chromium")
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")

LONG = 5.0
"""Seconds from which on a test is marked slow, with its reason."""

KINDS = ("chromium", "openssh", "services", "dagster_run", "slow", "matrix", "whole_day")
"""The markers by which a run says where its time went; a test with several of them counts as the first."""


def missing_programs() -> dict[str, str]:
    """Return for each marker whose program cannot be used here why not."""
    missing = {}
    if CHROMIUM is None:
        missing["chromium"] = "Chromium is not installed (Debian package chromium)"
    if SSHD is None:
        missing["openssh"] = "sshd is not installed (Debian package openssh-server)"
    elif os.geteuid() != 0:
        missing["openssh"] = "only root can start sshd"
    if postgres_programs() is None or redis_program() is None or nginx_program() is None:
        needed = "Debian packages postgresql, redis-server, nginx-light"
        missing["services"] = f"Postgres, Redis or nginx is not installed ({needed})"
    return missing


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, why in missing_programs().items():
        if item.get_closest_marker(marker):
            if os.environ.get("CI") == "true":
                pytest.fail(f"{why}. In CI all tests must run.", pytrace=False)
            pytest.skip(why)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []))
    left_out = [
        f"{count} marked {marker}: {why}"
        for marker, why in missing_programs().items()
        if (count := skipped[f"Skipped: {why}"])
    ]
    if left_out:
        terminalreporter.write_line(f"Tests left out: {'; '.join(left_out)}.", yellow=True)
    if terminalreporter.config.option.durations:
        spent: Counter[str] = Counter()
        for report in (report for reports in terminalreporter.stats.values() for report in reports):
            if isinstance(report, pytest.TestReport):
                spent[next((kind for kind in KINDS if kind in report.keywords), "all others")] += report.duration
        parts = ", ".join(f"{kind} {seconds:.0f}" for kind, seconds in spent.most_common())
        terminalreporter.write_line(f"Seconds of all workers together: {parts}.")
    for report in terminalreporter.stats.get("passed", []):
        if report.when == "call" and report.duration > LONG and "slow" not in report.keywords:
            terminalreporter.write_line(f"Took {report.duration:.1f} s and is not marked slow: {report.nodeid}")
