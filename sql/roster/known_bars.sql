-- roster.bars: who the two are, of a bar that was set before the roster had them: from then on it follows them to other
-- ids.
-- reads: sync.matched_users, book.roster.bars, book.roster.ids
update book.roster.bars
set
    contact_roster_id = coalesce(contact_roster_id, known.contact),
    student_roster_id = coalesce(student_roster_id, known.student)
from (
    select
        bars.contact_id,
        bars.student_id,
        any_value(contacts.roster_id)           as contact,
        any_value(students.roster_id)           as student
    from book.roster.bars as bars
    left join day.sync.matched_users as contacts
        on
            bars.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
            and not contacts.is_replaced
            and (contacts.roster_id, contacts.sourced_id) in (
                select (ids.roster_id, ids.sourced_id) from book.roster.ids as ids where ids.until_sync is null
            )
    left join day.sync.matched_users as students
        on
            bars.student_id = students.sourced_id
            and students.record_type = 'students'
            and not students.is_replaced
            and (students.roster_id, students.sourced_id) in (
                select (ids.roster_id, ids.sourced_id) from book.roster.ids as ids where ids.until_sync is null
            )
    where bars.until_sync is null and (bars.contact_roster_id is null or bars.student_roster_id is null)
    group by bars.contact_id, bars.student_id
) as known
where
    book.roster.bars.until_sync is null
    and book.roster.bars.contact_id = known.contact_id
    and book.roster.bars.student_id = known.student_id
    and (
        (book.roster.bars.contact_roster_id is null and known.contact is not null)
        or (book.roster.bars.student_roster_id is null and known.student is not null)
    )
