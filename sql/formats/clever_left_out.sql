-- how many contacts of students.csv the settings do not choose, by their type.
-- grain: type
-- reads: raw.students, raw.contact_rows
select
    coalesce(nullif(trim(students.contact_type), ''), 'no type') as type,
    count(*)                                    as count
from day.raw.students as students
anti join day.raw.contact_rows as chosen on students.line = chosen.line
where coalesce(nullif(trim(students.contact_name), ''), nullif(trim(students.contact_sis_id), '')) is not null
group by all
order by type
