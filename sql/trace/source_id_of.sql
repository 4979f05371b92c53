-- the sourcedId in the files of a day of a student whom the roster knows by a number that is no one else's id.
-- grain: one row, none where students are not known by numbers
-- reads: oneroster.users, oneroster.student_numbers
select sent_id
from day.oneroster.users
where
    by_number
    and sourced_id = $number
    and sent_id is not null
    and $number not in (select sourced_id from day.oneroster.users where not by_number)
    and $number not in (select sourced_id from day.oneroster.student_numbers)
