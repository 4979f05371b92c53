-- how many delimiters stand within the values of a file: with those between cells they must be all that it has.
-- grain: one row
-- reads: the file, by the dialect that pipeline/csvfile found in it
select coalesce(sum(length(all_cells) - length(replace(all_cells, $delimiter, ''))), 0)::bigint as delimiters
from (
    select concat_ws('', *columns(*)) as all_cells
    from sent_rows($path, $columns, $names, $delimiter, $quote, $line_end, $longest_line)
)
