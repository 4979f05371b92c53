-- where the ids of the rows stand in the files of a set.
-- grain: file
-- reads: raw.columns
select file, min(position) as position
from day.raw.columns
where field in ('sourced_id', 'user_sourced_id', 'class_sourced_id') and state = 'used'
group by file
