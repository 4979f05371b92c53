"""Dagster's web server as docs/operating.md starts it: a page of another site changes nothing through it.

The server checks neither Origin nor Host, and runs a mutation that comes by GET. `--read-only` is what refuses it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import dagster as dg
import pytest

from pipeline.districts.folders import Home
from pipeline.instance import open_instance
from tests.support.nights import preserved_environment
from tests.support.webserver import ROOT, serving

READ = "{ version }"
RECORD = """mutation {
    reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION, assetKey: {path: ["roster"]}}) {
        __typename ... on PythonError { message }
    }
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Home]]:
    """Give the address of a server that only shows pages, and the home behind it."""
    root = tmp_path_factory.mktemp("webserver")
    home = Home(root / "var")
    with preserved_environment():
        # make exports the one of the checkout
        os.environ.pop("DAGSTER_HOME", None)
        with open_instance(home):
            pass
    with serving(root, "--read-only") as address:
        yield address.removeprefix("http://"), home


def asked(address: str, query: str, way: str) -> dict[str, Any]:
    """Return what the server answers to a query that a page of another site sends."""
    path, body, headers = f"/graphql?{urlencode({'query': query})}", None, {"Origin": "https://elsewhere.example"}
    if way == "POST":
        body, headers = "", headers | {"Content-Type": "text/plain"}
    elif way == "POST of JSON":
        path, body, headers = "/graphql", json.dumps({"query": query}), headers | {"Content-Type": "application/json"}
    connection = HTTPConnection(address, timeout=60)
    connection.request(way.split(maxsplit=1)[0], path, body, headers)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.mark.dagster_run
@pytest.mark.slow("Dagster's web server loads the definitions in a process of its own")
@pytest.mark.parametrize("way", ["GET", "POST", "POST of JSON"])
def test_a_page_of_another_site_records_nothing_through_a_read_only_server(served: tuple[str, Home], way: str) -> None:
    address, home = served
    assert asked(address, READ, way) == {"data": {"version": dg.__version__}}
    answer = asked(address, RECORD, way)["data"]["reportRunlessAssetEvents"]
    assert answer["__typename"] == "UnauthorizedError"
    with preserved_environment():
        os.environ.pop("DAGSTER_HOME", None)
        with open_instance(home) as instance:
            assert instance.fetch_materializations(dg.AssetKey("roster"), limit=1).records == []


def test_the_server_of_the_manual_is_read_only_and_on_the_loopback_address() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    started = [line for line in manual.splitlines() if line.startswith(".venv/bin/dagster-webserver ")]
    assert started
    assert all("--read-only" in line and "-h 127.0.0.1" in line for line in started)
