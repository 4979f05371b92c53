-- the distinct names of contacts in students.csv, with the family name of the student beside them.
-- grain: name, student_family_name
-- reads: raw.students
select distinct
    trim(contact_name)          as name,
    trim(family_name)           as student_family_name
from day.raw.students
where trim(contact_name) <> ''
order by all
