-- the number by which the roster knows a student, of a sourcedId in the files of a day.
-- grain: one row, none where students are not known by numbers
-- reads: oneroster.student_numbers
select number
from day.oneroster.student_numbers
where sourced_id = $sourced_id
