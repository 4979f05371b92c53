-- users.csv of the roster as after sync $sync, each person once, in the columns of OneRoster 1.1 and what they have no
-- word for. $standard: what the standard demands and nobody has said is made up, and metadata.synthetic names those
-- columns. The columns about what a contact is to a student are filled in where each contact has one answer for all of
-- its students; else contacts.csv has them.
-- grain: sourcedId
-- reads: book.roster.users, book.roster.guardian_links, book.roster.ids
with people as (
    select *
    from book.roster.users
    where in_force(since_sync, until_sync, $sync) and state = 'active'
),

ids as (
    select
        roster_id,
        if(
            $standard,
            standard_id(
                sourced_id,
                people.record_type <> 'students'
                and count(*) filter (where people.record_type = 'students') over (partition by sourced_id) > 0
            ),
            sourced_id
        )                                                   as sourced_id
    from book.roster.ids as ids
    inner join people using (roster_id)
    where in_force(ids.since_sync, ids.until_sync, $sync)
),

links as (
    select
        links.contact_roster_id,
        links.student_roster_id,
        links.role,
        links.relationship,
        links.legal_guardian
    from book.roster.guardian_links as links
    inner join people as contacts on links.contact_roster_id = contacts.roster_id
    inner join people as students on links.student_roster_id = students.roster_id
    where in_force(links.since_sync, links.until_sync, $sync) and links.state = 'active'
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

-- somebody may be a contact of some students and have contacts of his own
all_agents as (
    select
        roster_id,
        string_agg(agents, ',' order by agents)             as agents
    from agents
    group by roster_id
),

-- a guardian's schools are those of its students; so are the words for what it is to them
of_guardians as (
    select
        links.contact_roster_id                             as roster_id,
        list_sort(list_distinct(flatten(list(students.school_ids)))) as school_ids,
        any_value(links.relationship)                       as relationship,
        any_value(links.legal_guardian)                     as legal_guardian,
        ['guardian', 'parent', 'relative'][
            min(list_position(['guardian', 'parent', 'relative'], links.role)) filter (
                where
                ($standard and not $facts_in_users) or (links.relationship is null and links.legal_guardian is null)
            )
        ]                                                   as role
    from links
    inner join people as students on links.student_roster_id = students.roster_id
    group by links.contact_roster_id
),

described as (
    select
        ids.sourced_id,
        people.*,
        if(people.record_type = 'guardians', coalesce(of_guardians.school_ids, []::varchar[]), people.school_ids)
            as school_list,
        if($standard, standard_ids(array_to_string(school_list, ',')), array_to_string(school_list, ','))
            as schools,
        all_agents.agents,
        if($facts_in_users, of_guardians.relationship, null) as relationship,
        if($facts_in_users, of_guardians.legal_guardian, null) as legal_guardian,
        if(people.record_type = 'staff', of_guardians.role, null) as contact_role,
        if(
            $standard,
            list_filter([
                if(people.enabled_user is null, 'enabledUser', null),
                if(schools = '', 'orgSourcedIds', null),
                if(people.username is null, 'username', null),
                if(people.given_name is null, 'givenName', null),
                if(people.family_name is null, 'familyName', null),
                if(not list_has_all($grades, string_split(people.grades, ',')), 'grades', null)
            ], lambda header: header is not null),
            []::varchar[]
        )                                                   as synthetic
    from people
    inner join ids on people.roster_id = ids.roster_id
    left join all_agents on people.roster_id = all_agents.roster_id
    left join of_guardians on people.roster_id = of_guardians.roster_id
)

select
    people.sourced_id                                              as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    if(list_contains(people.synthetic, 'enabledUser'), 'true', people.enabled_user) as "enabledUser",
    if(list_contains(people.synthetic, 'orgSourcedIds'), $district, people.schools) as "orgSourcedIds",
    people.role,
    if(list_contains(people.synthetic, 'username'), people.sourced_id, people.username) as username,
    null                                                    as "userIds",
    if(list_contains(people.synthetic, 'givenName'), 'Unknown', people.given_name) as "givenName",
    if(list_contains(people.synthetic, 'familyName'), 'Unknown', people.family_name) as "familyName",
    people.middle_name                                      as "middleName",
    people.identifier,
    people.email,
    people.sms,
    people.phone,
    people.agents                                                  as "agentSourcedIds",
    if(list_contains(people.synthetic, 'grades'), 'Other', people.grades) as grades,
    null                                                    as "password",
    people.language                                         as "metadata.language",  -- noqa: RF05
    people.relationship                                            as "metadata.relationship",  -- noqa: RF05
    people.legal_guardian                                          as "metadata.legalGuardian",  -- noqa: RF05
    people.contact_role                                            as "metadata.contactRole",  -- noqa: RF05
    nullif(array_to_string(people.synthetic, ','), '')             as "metadata.synthetic"  -- noqa: RF05
from described as people
order by people.record_type, people.sourced_id
