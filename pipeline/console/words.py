"""Words of the console that are shown from data: named once, for the pages and for the catalog of texts."""

from __future__ import annotations

PLOTS = ("Active students", "Records archived", "Records withheld")
"""The titles of the trend of a district."""
