"""The asset graph as literal data: whoever changes the graph changes this, and a reviewer sees it."""

from __future__ import annotations

from dagster import AssetKey

from pipeline.definitions import ASSETS, defs

OWNERS = ["team:roster-data"]

GRAPH = {
    # asset: (depends on, group, kinds)
    "delivery": ([], "delivery", ["csv", "sftp"]),
    "raw_users": (["delivery"], "raw", ["csv", "duckdb"]),
    "raw_classes": (["delivery"], "raw", ["csv", "duckdb"]),
    "raw_enrollments": (["delivery"], "raw", ["csv", "duckdb"]),
    "users": (["raw_users"], "oneroster", ["duckdb", "sql"]),
    "classes": (["raw_classes"], "oneroster", ["duckdb", "sql"]),
    "enrollments": (["raw_classes", "raw_enrollments", "raw_users"], "oneroster", ["duckdb", "sql"]),
    "guardians": (["users"], "guardians", ["duckdb", "sql"]),
    "sync_diff": (["classes", "enrollments", "guardians", "users"], "sync", ["duckdb", "sql"]),
    "roster": (["sync_diff"], "sync", ["duckdb"]),
    "sync_report": (["roster", "sync_diff"], "sync", ["html", "json"]),
    "all_districts": (["sync_report"], "status", []),
}

STEPS = ["delivery", "raw", "oneroster", "guardians", "sync_diff", "roster", "sync_report"]

GRAPH_OF_ASSETS = defs.resolve_asset_graph()


def test_the_graph_is_this_one() -> None:
    found = {}
    for key in GRAPH_OF_ASSETS.get_all_asset_keys():
        node = GRAPH_OF_ASSETS.get(key)
        parents = sorted(parent.to_user_string() for parent in node.parent_keys)
        found[key.to_user_string()] = (parents, node.group_name, sorted(node.kinds))
    assert found == GRAPH


def test_every_asset_has_an_owner_a_description_and_the_partitions_of_district_and_date() -> None:
    for name in GRAPH:
        node = GRAPH_OF_ASSETS.get(AssetKey(name))
        assert node.owners == OWNERS, name
        assert node.description, name
        assert len(node.description) > 30, name
        assert node.description.rstrip().endswith((".", "day.", "setting guardians.rules.")), name
        partitions = node.partitions_def
        if name == "all_districts":
            assert partitions is None
            continue
        assert partitions is not None, name
        assert {dimension.name for dimension in partitions.partitions_defs} == {"date", "district"}, name


def test_a_run_has_seven_steps_in_reading_order() -> None:
    assert [asset.op.name for asset in ASSETS] == STEPS
    job = defs.resolve_job_def("daily_sync")
    assert sorted(node.name for node in job.graph.nodes) == sorted(STEPS)
    assert job.executor_def.name == "in_process"


CHECKS = {
    *((asset, "audits") for asset in ("users", "classes", "enrollments", "guardians", "sync_diff", "roster")),
    ("sync_report", "outcome"),
}


def test_the_checks_are_these_and_none_stops_anything() -> None:
    found = {(check.asset_key.to_user_string(), check.name) for check in GRAPH_OF_ASSETS.asset_check_keys}
    assert found == CHECKS | {("all_districts", "districts")}
    nightly = defs.resolve_job_def("daily_sync").asset_layer.asset_graph.asset_check_keys
    assert {(check.asset_key.to_user_string(), check.name) for check in nightly} == CHECKS
    specs = [spec for asset in ASSETS for spec in asset.check_specs]
    assert {(spec.asset_key.to_user_string(), spec.name) for spec in specs} == CHECKS
    assert not any(spec.blocking for spec in specs)


def test_no_asset_depends_on_itself_on_another_day() -> None:
    for name in GRAPH:
        assert AssetKey(name) not in GRAPH_OF_ASSETS.get(AssetKey(name)).parent_keys
