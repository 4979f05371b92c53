-- guardians.blocked: a student who is blocked as a contact, under the sourcedId by which other rows name the student:
-- the roster knows the student by the number.
-- grain: contact_id, student_id
-- reads: guardians.blocked, oneroster.users, book.roster.ids
insert into day.guardians.blocked by name
select blocked.* replace (users.sent_id as contact_id)
from day.guardians.blocked as blocked
inner join day.oneroster.users as users on blocked.contact_id = users.sourced_id and users.by_number
where
    users.sent_id is not null
    and blocked.contact_id not in (
        select ids.sourced_id
        from book.roster.ids as ids
        where ids.record_type not in ('students', 'classes')
    )
    and (users.sent_id, blocked.student_id) not in (
        select (others.contact_id, others.student_id) from day.guardians.blocked as others
    )
