-- oneroster.users: the people of the delivery. Several rows of one person (a contact's, one per relationship; a
-- teacher's, one per school) are one person, with the schools of all of them. Where their values differ,
-- differing_users follows.
-- grain: sourced_id, by_number
-- reads: oneroster.user_rows
insert into day.oneroster.users by name
with several as (
    select
        sourced_id,
        by_number,
        min(line)                                                   as first_line,
        list_sort(list_distinct(flatten(list(school_ids))))         as school_ids
    from day.oneroster.user_rows
    where verdict = 'accepted'
    group by sourced_id, by_number
    having count(*) > 1
)

select
    'users.csv'                                                     as file,
    people.line,
    people.sourced_id,
    people.by_number,
    people.sent_id,
    people.record_kind,
    people.role,
    coalesce(several.school_ids, people.school_ids)                 as school_ids,
    -- columns of users: people.{field},
    people.given_name,
    people.family_name,
    people.middle_name,
    people.identifier,
    people.username,
    people.email,
    people.sms,
    people.phone,
    people.grades,
    people.language,
    people.enabled_user
    -- end of columns
from day.oneroster.user_rows as people
left join several using (sourced_id, by_number)
where people.verdict = 'accepted' and (several.first_line is null or people.line = several.first_line)
