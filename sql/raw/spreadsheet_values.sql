-- what a spreadsheet has put in the place of values, by kind and column, and dates as it writes them.
-- grain: kind, field
-- reads: a table of raw
with cells as (
    select
        line,
        name                                    as field,
        trim(cell, ' "')                        as cell
    from (unpivot "table" on columns(* exclude (line)) into name name value cell)
    where cell like '%E%' or cell like '#%' or cell like '%/%/%'
),

told as (
    select
        line,
        field,
        case
            when is_spreadsheet_value(cell) and cell not like '#%' then 'number'
            when is_spreadsheet_value(cell) then 'error'
            when regexp_full_match(cell, '[0-9][0-9]?/[0-9][0-9]?/[0-9][0-9]([0-9][0-9])?( [0-9]+:[0-9][0-9])?')
                then 'date'
        end                                     as kind
    from cells
)

select
    kind,
    field,
    count(*)                                    as many,
    min(line, 3)                                as lines
from told
where kind is not null
group by kind, field
order by lines[1], field
