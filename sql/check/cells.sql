-- sent.cells: see sql/schema/check/sent.cells.sql.
-- grain: file, line, field
-- reads: sent.rows, sent.columns
insert into day.sent.cells by name
with widths as (
    select
        file,
        count(*)                                as width
    from day.sent.columns
    group by file
),

positions as (
    select
        rows.file,
        rows.line,
        unnest(rows.cells)                      as value,
        unnest(range(1, len(rows.cells) + 1))   as position
    from day.sent.rows as rows
    inner join widths on rows.file = widths.file and len(rows.cells) = widths.width
)

select
    positions.file,
    positions.line,
    columns.field,
    positions.value
from positions
inner join day.sent.columns as columns
    on positions.file = columns.file and positions.position = columns.position
where columns.field is not null
