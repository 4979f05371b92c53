-- whether a class has no title.
-- grain: one row
-- reads: raw.classes
select count(*) > 0 as has_blank_titles
from day.raw.classes
where title_sent(title) is null and trim(sourced_id) <> ''
