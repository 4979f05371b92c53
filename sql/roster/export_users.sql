-- users.csv of the roster as after sync $sync, in the columns of OneRoster 1.1 and the language.
-- grain: sourcedId
-- reads: book.roster.users, book.roster.guardian_links, book.roster.ids
with ids as (
    select roster_id, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $sync)
),

people as (
    select *
    from book.roster.users
    where in_force(since_sync, until_sync, $sync) and state = 'active'
),

links as (
    select contact_roster_id, student_roster_id
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $sync) and state = 'active'
),

agents as (
    select
        links.student_roster_id                             as roster_id,
        string_agg(ids.sourced_id, ',' order by ids.sourced_id) as agents
    from links
    inner join ids on links.contact_roster_id = ids.roster_id
    group by links.student_roster_id
    union all
    select
        links.contact_roster_id                             as roster_id,
        string_agg(ids.sourced_id, ',' order by ids.sourced_id) as agents
    from links
    inner join ids on links.student_roster_id = ids.roster_id
    group by links.contact_roster_id
),

-- a guardian's schools are those of its students
guardian_schools as (
    select
        links.contact_roster_id                             as roster_id,
        list_sort(list_distinct(flatten(list(students.school_ids)))) as school_ids
    from links
    inner join people as students on links.student_roster_id = students.roster_id
    group by links.contact_roster_id
)

select
    ids.sourced_id                                          as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    'true'                                                  as "enabledUser",
    array_to_string(coalesce(guardian_schools.school_ids, people.school_ids), ',') as "orgSourcedIds",
    people.role,
    people.username,
    null                                                    as "userIds",
    people.given_name                                       as "givenName",
    people.family_name                                      as "familyName",
    people.middle_name                                      as "middleName",
    people.identifier,
    people.email,
    people.sms,
    people.phone,
    agents.agents                                           as "agentSourcedIds",
    people.grades,
    null                                                    as "password",
    people.language                                         as "metadata.language"  -- noqa: RF05
from people
inner join ids on people.roster_id = ids.roster_id
left join agents on people.roster_id = agents.roster_id
left join guardian_schools on people.roster_id = guardian_schools.roster_id
order by people.record_type, ids.sourced_id
