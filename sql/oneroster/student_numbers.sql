-- oneroster.student_numbers: the number of each student (sync.student_id: identifier).
-- grain: sourced_id
-- reads: raw.users
insert into day.oneroster.student_numbers by name
select
    trim(sourced_id)                            as sourced_id,
    min(trim(identifier))                       as number
from day.raw.users
where lower(trim(role)) = 'student' and trim(sourced_id) <> '' and trim(identifier) <> ''
group by all
