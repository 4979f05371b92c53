-- the columns that a file of the delivery does not have: what is known under them stays untouched.
-- grain: field
-- reads: raw.columns, the table's columns
select column_name as field
from duckdb_columns()
where
    database_name = 'day'
    and schema_name = 'raw'
    and table_name = $table
    and column_name not in (
        select field
        from day.raw.columns
        where file = $table || '.csv' and state = 'used'
    )
