-- a table of raw: every row of its file as sent, with the physical line it starts on.
-- grain: line
-- reads: the file, by the dialect that pipeline/csvfile found in it; columns named extra_… are not kept, nor are the
-- lines $apart, which stand empty in the place of what was read with more care
insert into "table" by name
select columns(lambda name: not starts_with(name, 'extra_'))
from (
    select
        row_number() over () + 1 as line,       -- one row a line, the header is line 1
        *
    from sent_rows($path, $columns, $names, $delimiter, $quote, $line_end, $longest_line)
)
where line not in (select unnest($apart::bigint[]))
