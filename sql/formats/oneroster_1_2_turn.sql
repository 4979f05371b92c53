-- the first later date on which roles.csv means something else, because a role begins or ends. No date: never.
-- grain: one row
-- reads: raw.roles
select min(turn) as turns_on
from (
    select try_cast(trim(begin_date) as date) as turn from day.raw.roles
    union all
    select try_cast(trim(end_date) as date) as turn from day.raw.roles
)
where turn > $today::date
