-- oneroster.left_out: see sql/schema/day/oneroster.left_out.sql.
-- grain: file, line, sourced_id
-- reads: oneroster.user_rows, oneroster.users, oneroster.class_rows, oneroster.contacts, oneroster.guardians,
--     oneroster.known, raw.unreadable
insert into day.oneroster.left_out by name
select 'users.csv' as file, line, sourced_id, true as is_key
from day.oneroster.user_rows
where verdict = 'rejected' and sourced_id is not null
union all
-- contacts.csv and guardians.csv name two people a row: what hangs on the contact stays, or on the student where only
-- that one can be read
select
    'contacts.csv' as file, contacts.line, coalesce(students.sourced_id, contact_id, student_id) as sourced_id,
    true as is_key
from day.oneroster.contacts as contacts
left join day.oneroster.users as students on contact_id = students.sent_id
where contacts.verdict = 'rejected' and coalesce(contact_id, student_id) is not null
union all
select
    'guardians.csv' as file, guardians.line, coalesce(students.sourced_id, guardian_id, student_id) as sourced_id,
    true as is_key
from day.oneroster.guardians as guardians
left join day.oneroster.users as students on guardian_id = students.sent_id
where guardians.verdict = 'rejected' and coalesce(guardian_id, student_id) is not null
union all
select 'classes.csv' as file, line, sourced_id, true as is_key
from day.oneroster.class_rows
where verdict = 'rejected' and sourced_id is not null
union all
select distinct file, line, trim(cell) as sourced_id, false as is_key
from (select file, line, unnest(cells) as cell from day.raw.unreadable)
where trim(cell) <> ''
union all
-- changes alone say nothing of who and what they do not name
select file, 0 as line, sourced_id, true as is_key
from day.oneroster.known
