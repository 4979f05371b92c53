"""DuckDB: sessions over a district's files, the SQL runner, schema versions, and replacing the roster as a whole."""
