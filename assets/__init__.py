"""The DAG, one module per stage: delivery, raw, oneroster, guardians, sync_diff, roster, sync_report."""
