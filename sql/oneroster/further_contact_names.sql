-- oneroster.contacts: a row of a contact who has a name nowhere is left out for that.
-- reads: oneroster.users, oneroster.user_rows
update day.oneroster.contacts
set verdict = 'rejected', reason = 'name_missing'
where
    verdict = 'accepted'
    and contact_id not in (select sourced_id from day.oneroster.users where not by_number)
    and contact_id not in (
        select sourced_id from day.oneroster.user_rows where sourced_id is not null and not by_number
    )
