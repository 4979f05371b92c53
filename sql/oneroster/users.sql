-- oneroster.users: the people of the delivery; a contact with several rows (one per relationship) is one person.
-- grain: sourced_id
-- reads: oneroster.user_rows
insert into day.oneroster.users by name
select
    line,
    sourced_id,
    record_kind,
    role,
    school_ids,
    given_name,
    family_name,
    middle_name,
    identifier,
    username,
    email,
    sms,
    phone,
    grades,
    language
from day.oneroster.user_rows
where verdict = 'accepted' and is_first
