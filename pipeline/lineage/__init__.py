"""Column lineage: which columns of which tables each column comes from, worked out from the SQL files."""
