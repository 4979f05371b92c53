-- sync.matched_links: THE RULE OF SILENCE for links, see sql/schema/day/sync.matched_links.sql. What the files say
-- counts. What they do not say anymore is withdrawn where one of the sources that said it is complete tonight, and
-- stays where all of them are silent: a file or column is not there, or a row that was left out names one of the two. A
-- role stays where the row or column that gave it is silent and nothing stronger speaks. While a stronger source is
-- absent no link is made and no role becomes a stronger one.
-- grain: contact_roster_id, student_roster_id
-- reads: guardians.guardians, guardians.blocked, sync.matched_users, sync.departures, oneroster.silenced,
--     book.roster.guardian_links, book.roster.link_support
insert into day.sync.matched_links by name
with known as (
    select
        links.*,
        coalesce(support.named, 79)             as named,
        support.role_source,
        support.role_columns
    from book.roster.guardian_links as links
    left join book.roster.link_support as support
        on links.roster_id = support.roster_id and in_force(support.since_sync, support.until_sync, $baseline)
    where in_force(links.since_sync, links.until_sync, $baseline)
),

tonight as (
    select
        contacts.roster_id                      as contact_roster_id,
        students.roster_id                      as student_roster_id,
        pairs.*
    from day.guardians.guardians as pairs
    inner join day.sync.matched_users as contacts
        on
            pairs.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
            and not contacts.is_replaced
    inner join day.sync.matched_users as students
        on
            pairs.student_id = students.sourced_id
            and students.record_type = 'students'
            and not students.is_replaced
),

-- rows that were left out or cannot be read: 1 users.csv, 2 contacts.csv, 4 guardians.csv
silenced as (
    select
        people.roster_id,
        bit_or(file_bit(silenced.file))         as files
    from day.oneroster.silenced as silenced
    inner join day.sync.matched_users as people on silenced.sourced_id = people.sourced_id
    where file_bit(silenced.file) is not null
    group by people.roster_id
),

-- people about whom alone an absent file is retired
released as (
    select people.roster_id, bit_or(released.files) as files
    from
        (select unnest($released_ids::varchar[]) as sourced_id, unnest($released_files::integer[]) as files) as released
    inner join day.sync.matched_users as people on released.sourced_id = people.sourced_id
    group by people.roster_id
),

blocked as (
    select
        contacts.roster_id                      as contact_roster_id,
        students.roster_id                      as student_roster_id,
        blocked.reason
    from day.guardians.blocked as blocked
    inner join day.sync.matched_users as contacts
        on
            blocked.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
            and not contacts.is_replaced
    inner join day.sync.matched_users as students
        on
            blocked.student_id = students.sourced_id
            and students.record_type = 'students'
            and not students.is_replaced
),

joined as (
    select
        contact_roster_id,
        student_roster_id,
        known.roster_id,
        known.state,
        known.role                              as known_role,
        known.rule                              as known_rule,
        known.relationship                      as known_relationship,
        known.legal_guardian                    as known_legal_guardian,
        known.named                             as named_before,
        known.role_source                       as role_source_before,
        known.role_columns                      as role_columns_before,
        tonight.verdict,
        tonight.role,
        tonight.rule_position,
        tonight.reason,
        coalesce(tonight.is_barred, false) or blocked.reason is not null as is_barred,
        if(tonight.is_barred, tonight.reason, blocked.reason) as bar,
        tonight.relationship,
        tonight.legal_guardian,
        tonight.file,
        tonight.line,
        tonight.named                           as named_tonight,
        tonight.role_source                     as role_source_tonight,
        tonight.role_columns                    as role_columns_tonight,
        coalesce(of_contact.files, 0)           as contact_silenced,
        coalesce(of_student.files, 0)           as student_silenced,
        coalesce(contact_released.files, 0) | coalesce(student_released.files, 0) as released_files,
        $complete_named & ~(
            (contact_silenced & 1)
            | (2 * (student_silenced & 1))
            | (2 * ((contact_silenced | student_silenced) & 6))
        ) | (2 * (released_files & 6))           as complete,
        case
            when role_source_before in (1, 3, 9) then 2
            when role_source_before in (2, 6, 10) then 4
            else 1
        end                                     as role_file,
        case
            when released_files & role_file <> 0 then 0
            -- a row of a file of changes says what it says
            when role_file = file_bit(tonight.file) and list_contains($deltas, tonight.file) and role_file <> 1 then 0
            when (contact_silenced | student_silenced) & role_file <> 0 then 255
            when role_file = 2 then $silent_contacts
            when role_file = 4 then $silent_guardians
            else $silent_users
        end                                     as silent_columns,
        -- of the file that speaks tonight
        case tonight.file
            when 'contacts.csv' then $silent_contacts when 'guardians.csv' then $silent_guardians else $silent_users
        end                                     as absent_columns,
        -- what gave the role is silent, and nothing as strong speaks
        coalesce(
            known.state = 'active'
            and (role_columns_before | 128) & silent_columns <> 0
            and coalesce(tonight.role_source, 99) >= role_source_before,
            false
        )                                       as role_is_silent
    from tonight
    full join known using (contact_roster_id, student_roster_id)
    left join blocked using (contact_roster_id, student_roster_id)
    left join silenced as of_contact on contact_roster_id = of_contact.roster_id
    left join silenced as of_student on student_roster_id = of_student.roster_id
    left join released as contact_released on contact_roster_id = contact_released.roster_id
    left join released as student_released on student_roster_id = student_released.roster_id
    where tonight.role is not null or known.state = 'active'
),

judged as (
    select
        *,
        case
            when is_barred then 'barred'
            when role is not null then 'said'
            when student_roster_id in (select roster_id from day.sync.departures where operation = 'archive')
                then 'follows'
            when not $manage_guardians then 'silent'
            when verdict is null or verdict = 'not_managed'
                then if(withdrawn(named_before, complete), 'withdrawn', 'silent')
            when verdict in (
                'row_left_out', 'contact_left_out', 'contact_unknown', 'student_left_out', 'student_unknown',
                'student_elsewhere'
            ) then 'silent'
            when role_is_silent then 'silent'
            else 'withdrawn'
        end                                     as fate
    from joined
),

weighed as (
    select
        *,
        fate = 'said' and role_source_tonight >= $silent_from as is_weaker,
        coalesce(
            is_weaker
            and not role_is_silent
            and state = 'active'
            and list_position(['guardian', 'parent', 'relative'], role)
            < list_position(['guardian', 'parent', 'relative'], known_role),
            false
        )                                       as is_raised,
        fate <> 'said' or role_is_silent or is_raised as keeps_role
    from judged
)

select
    contact_roster_id,
    student_roster_id,
    roster_id,
    state,
    fate,
    coalesce(is_weaker and state is distinct from 'active', false) as waits,
    file,
    line,
    if(keeps_role, null, rule_position)         as rule_position,
    if(keeps_role, known_role, role)            as role,
    case
        when fate = 'barred' then bar
        when keeps_role then known_rule
        else reason
    end                                         as rule,
    if(is_raised, role, null)                   as raised_role,
    if(is_raised, reason, null)                 as raised_rule,
    if(
        role_is_silent or fate <> 'said' or (relationship is null and absent_columns & 1 <> 0),
        known_relationship, relationship
    )                                           as relationship,
    if(
        role_is_silent or fate <> 'said' or (legal_guardian is null and absent_columns & 2 <> 0),
        known_legal_guardian, legal_guardian
    )                                           as legal_guardian,
    named_before,
    case
        when fate <> 'said' then named_before
        when state = 'active' then named_tonight | carried(named_before, complete)
        else named_tonight
    end                                         as named,
    if(keeps_role, role_source_before, role_source_tonight) as role_source,
    if(keeps_role, role_columns_before, role_columns_tonight) as role_columns,
    named <> named_before
    or role_source <> role_source_before
    or role_columns <> role_columns_before      as has_moved
from weighed
