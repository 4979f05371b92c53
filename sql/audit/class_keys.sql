-- how many classes of the day stand there more than once.
-- grain: one row
-- reads: oneroster.classes
select count(*) as broken
from (select sourced_id from day.oneroster.classes group by sourced_id having count(*) > 1)
