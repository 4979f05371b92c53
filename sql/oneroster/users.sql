-- oneroster.users: the people of the delivery; a contact with several rows (one per relationship) is one person.
-- grain: sourced_id
-- reads: oneroster.user_rows
insert into day.oneroster.users by name
with first_rows as (
    select min(line) as line
    from day.oneroster.user_rows
    where verdict = 'accepted'
    group by sourced_id
)

select
    people.line,
    people.sourced_id,
    people.record_kind,
    people.role,
    people.school_ids,
    people.given_name,
    people.family_name,
    people.middle_name,
    people.identifier,
    people.username,
    people.email,
    people.sms,
    people.phone,
    people.grades,
    people.language
from day.oneroster.user_rows as people
semi join first_rows on people.line = first_rows.line
