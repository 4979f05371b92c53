-- whether a row of a file holds control characters.
-- grain: one row
-- reads: sent.rows
select count(*) > 0 as has_control
from day.sent.rows
where
    file = $file
    and regexp_matches(array_to_string(cells, ''), '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]')
