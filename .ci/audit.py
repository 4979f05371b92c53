"""What `make audit` does: the bill of materials, the licenses of all packages, known vulnerabilities.

Writes dist/sbom.cdx.json (CycloneDX) and dist/licenses.txt from the packages of .venv, which are those of
requirements.lock. Ends with 1 where a license has to be looked at or a package has a known vulnerability. Where nothing
can be asked about vulnerabilities, it says so.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SBOM = DIST / "sbom.cdx.json"
LICENSES = DIST / "licenses.txt"

FREE = re.compile(r"MIT|Apache|BSD|ISC|PSF|Python|CNRI|Zlib|Unlicense|CC0|MPL|Mozilla|DFSG|LGPL", re.IGNORECASE)
"""Licenses under which a package may be used beside ours, unchanged: permissive ones, and MPL and LGPL, which ask for
the source of changes to the package itself alone."""

KNOWN = {
    "antlr4-python3-runtime": "BSD-3-Clause",
    "axe-playwright-python": "MIT",
    "protobuf": "BSD-3-Clause",
}
"""Packages whose metadata names no license, as their own repositories do."""


def main() -> int:
    """Run the three parts; return the exit code."""
    DIST.mkdir(exist_ok=True)
    wrong = _licenses(_sbom())
    return max(wrong, _vulnerabilities())


def _sbom() -> list[dict[str, Any]]:
    """Write the bill of materials; return its components."""
    subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml")),
            *("--output-reproducible", "--of", "JSON", "-o", str(SBOM), sys.executable),
        ],
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(SBOM.read_text())["components"]
    print(f"Bill of materials: {len(found)} packages in {SBOM.relative_to(ROOT)}, CycloneDX.")
    return found


def _licenses(components: list[dict[str, Any]]) -> int:
    """Write the licenses, and print those that have to be looked at."""
    needed = _needed()
    lines, odd = [], []
    for one in sorted(components, key=lambda part: str(part["name"]).casefold()):
        name = canonicalize_name(one["name"])
        said = [part.get("expression") or _name(part["license"]) for part in one.get("licenses", [])]
        words = ", ".join(dict.fromkeys(said)) or KNOWN.get(name, "none named")
        lines.append(f"{'product' if name in needed else 'development':12}{name} {one['version']}: {words}")
        if not FREE.search(words):
            odd.append(lines[-1])
    LICENSES.write_text("\n".join(lines) + "\n")
    product = sum(line.startswith("product") for line in lines)
    print(f"Licenses: of {product} packages of the product and {len(lines) - product} for development, in "
          f"{LICENSES.relative_to(ROOT)}.")  # fmt: skip
    for line in odd:
        print(f"  look at: {line}")
    return int(bool(odd))


def _name(license_: dict[str, str]) -> str:
    return license_.get("id") or license_["name"].rpartition(":: ")[2]


def _needed() -> set[str]:
    """Return the packages that the product itself needs, and what those need."""
    found: set[str] = set()
    waiting: list[tuple[str, frozenset[str]]] = [("rollcall", frozenset())]
    while waiting:
        name, extras = waiting.pop()
        for text in distribution(name).requires or ():
            need = Requirement(text)
            marked = need.marker
            if marked is not None and not any(marked.evaluate({"extra": extra}) for extra in extras or {""}):
                continue
            key = canonicalize_name(need.name)
            if key not in found:
                found.add(key)
                waiting.append((key, frozenset(need.extras)))
    return found


def _vulnerabilities() -> int:
    """Ask the service of pip-audit about every package of the lock, and print what it knows."""
    ran = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "pip_audit", "-r", str(ROOT / "requirements.lock"), "--require-hashes"),
            *("--disable-pip", "--progress-spinner", "off", "--format", "json"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        found = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("Vulnerabilities: not checked. The service cannot be reached: run it where a network is.")
        return 0
    asked = [one for one in found if "skip_reason" not in one]
    if not asked:
        print("Vulnerabilities: not checked. The service that answers here knows none of the packages.")
        return 0
    bad = [(one, flaw) for one in asked for flaw in one["vulns"]]
    known = f"Vulnerabilities: {len(bad)} known in {len(asked)} packages"
    print(f"{known}; {len(found) - len(asked)} could not be checked." if len(asked) < len(found) else f"{known}.")
    for one, flaw in bad:
        cured = f"; cured in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else ""
        print(f"  {one['name']} {one['version']}: {flaw['id']}{cured}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
