-- oneroster.user_rows: a sourcedId that somebody else has as well, or that has another number, names no student as a
-- contact.
-- reads: oneroster.user_rows, oneroster.student_numbers
update day.oneroster.user_rows
set sent_id = null
where
    sent_id is not null
    and (
        sent_id in (
            select others.sourced_id
            from day.oneroster.user_rows as others
            where not others.by_number and others.sourced_id is not null
        )
        or (sent_id, sourced_id) not in (
            select (numbers.sourced_id, numbers.number) from day.oneroster.student_numbers as numbers
        )
    )
