-- how many people of the day stand there more than once.
-- grain: one row
-- reads: oneroster.users
select count(*) as broken
from (select sourced_id from day.oneroster.users group by sourced_id, by_number having count(*) > 1)
