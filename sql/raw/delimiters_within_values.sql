-- how many delimiters stand within the values of a file: with those between cells they must be all that it has.
-- grain: one row
-- reads: the file, by the dialect that pipeline/csvfile found in it
select coalesce(sum(length(all_cells) - length(replace(all_cells, $delimiter, ''))), 0)::bigint as delimiters
from (
    select concat_ws('', *columns(*)) as all_cells
    from read_csv(
        $path,
        columns = $columns,
        delim = $delimiter,
        quote = $quote,
        escape = $quote,
        new_line = $line_end,
        header = true,
        auto_detect = false,
        null_padding = false,
        force_not_null = $names,
        max_line_size = $longest_line
    )
)
