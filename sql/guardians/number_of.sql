-- the student number that the roster knows a student by, of a sourcedId in the newest files.
-- grain: one row, none where students are not known by numbers
-- reads: oneroster.student_numbers
select number
from day.oneroster.student_numbers
where sourced_id = $sourced_id
