-- sent.rows from a file whose every line is one row: a line without quotation marks is split at its commas, one with
-- them by the grammar of RFC 4180, to which every such line must conform as a whole.
-- grain: file, line
-- reads: the file
insert into day.sent.rows by name
with lines as (
    select
        row_number() over () + 1                as line,        -- the header is line 1
        text
    from read_csv(
        $path,
        columns = $columns,
        delim = chr(1),
        quote = '',
        escape = '',
        new_line = $line_end,
        header = true,
        auto_detect = false,
        force_not_null = ['text'],
        max_line_size = $longest_line
    )
),

checked as (
    select
        line,
        if(
            contains(text, '"')
            and not regexp_full_match(text, '("([^"]|"")*"|[^",]*)(,("([^"]|"")*"|[^",]*))*'),
            error('not a row of RFC 4180'),
            text
        )                                       as text
    from lines
)

select
    $file                                       as file,
    line,
    if(
        not contains(text, '"'),
        string_split(text, ','),
        list_transform(
            regexp_extract_all(',' || text, ',("(?:[^"]|"")*"|[^",]*)', 1),
            lambda cell: if(starts_with(cell, '"'), replace(cell[2:-2], '""', '"'), cell)
        )
    )                                           as cells
from checked
