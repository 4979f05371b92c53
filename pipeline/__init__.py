"""Everything the assets stand on: one folder per subject, one module per Dagster concept."""
