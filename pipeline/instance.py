"""Dagster's instance: its settings file is put into DAGSTER_HOME before anything opens it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import dagster as dg

from pipeline.districts.folders import PRIVATE_FOLDER, Home

SETTINGS = Path(__file__).with_name("dagster.yaml")


def prepare_dagster_home(home: Home) -> Path:
    """Make DAGSTER_HOME with our settings where it has none, and return it. Settings that are there stay."""
    folder = Path(os.environ.get("DAGSTER_HOME") or home.dagster).absolute()
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        shutil.copyfile(SETTINGS, folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)
    return folder


def open_instance(home: Home) -> dg.DagsterInstance:
    """Return the instance that runs and events are recorded in."""
    prepare_dagster_home(home)
    return dg.DagsterInstance.get()
