-- whether a file that must name schools at district level has no column for them.
-- grain: one row
-- reads: raw.columns
select
    count(*) filter (where (file, field) in (('users.csv', 'org_sourced_ids'), ('classes.csv', 'school_sourced_id')))
    < 2
        as has_no_school_column
from day.raw.columns
