-- sync.users: the plan for people: who is added, updated, restored, archived.
-- An absent column leaves what is known; a blank cell clears it. Archives spare what an erroneous row names.
-- A person who is told to be of another type is the same person, by one update; so is who leaves and stays a guardian.
-- Beside add, update, restore and archive there are: fill (values in a column that appeared), keep (left alone by a
-- setting) and absent (to be archived later, by sync.archive_after_days).
-- grain: record_type, sourced_id
-- reads: sync.matched_users, sync.matched_links, sync.departures, sync.contact_values, oneroster.users,
--     oneroster.person_cells, oneroster.enrollment_rows, oneroster.left_out, oneroster.silenced, guardians.guardians,
--     book.roster.users, book.roster.absences
insert into day.sync.users by name
with guardian_roles as (
    select
        contact_roster_id                       as roster_id,
        -- the strongest of the person's links
        min(
            struct_pack(
                waits := waits,
                strength := list_position(['guardian', 'parent', 'relative'], role),
                position := rule_position,
                rule := rule
            )
        )                                       as strongest
    from day.sync.matched_links
    where fate = 'said' or (fate = 'silent' and state = 'active')
    group by contact_roster_id
),

-- guardians of students who come back
coming_back as (
    select links.contact_roster_id              as roster_id
    from day.sync.matched_links as links
    inner join day.sync.matched_users as students on links.student_roster_id = students.roster_id
    where links.fate = 'said' and links.state = 'archived' and students.sent and students.state = 'archived'
),

known as (
    select *
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline)
),

cells as (
    select
        file,
        sourced_id,
        by_number,
        list(distinct field) filter (where state <> 'damaged') as no_cells,
        list(distinct field) filter (where state = 'damaged') as damaged
    from day.oneroster.person_cells
    group by file, sourced_id, by_number
),

-- each person of the delivery beside what is known of it: one join, for these are the widest tables there are
wanted as (
    select
        matched.record_type,
        if(
            matched.state = 'active' and matched.known_type <> matched.record_type, matched.known_type, null
        )                                       as former_type,
        matched.sourced_id,
        matched.roster_id,
        matched.state,
        sent.file,
        matched.line,
        matched.moved_from,
        if(matched.record_type = 'guardians', guardian_roles.strongest['rule'], null) as rule,
        if(
            matched.record_type = 'guardians',
            ['guardian', 'parent', 'relative'][guardian_roles.strongest['strength']],
            if(
                list_contains(cells.no_cells, 'role') and known.record_type = matched.record_type,
                known.role, sent.role
            )
        )                                       as role,
        -- who comes back is known already
        matched.state is not null and not $update_contact_details as contact_kept,
        matched.state is not null and not $update_language as language_kept,
        values.roster_id is not null            as has_values,
        values.email                            as settled_email,
        values.sms                              as settled_sms,
        values.phone                            as settled_phone,
        values.language                         as settled_language,
        if(
            cells.damaged is null, false,
            list_contains(cells.damaged, 'given_name')
            and name_is_damaged(sent.given_name)
            and not name_is_damaged(known.given_name)
        )                                       as keeps_given_name,
        if(
            cells.damaged is null, false,
            list_contains(cells.damaged, 'family_name')
            and name_is_damaged(sent.family_name)
            and not name_is_damaged(known.family_name)
        )                                       as keeps_family_name,
        if(
            cells.damaged is null, false,
            list_contains(cells.damaged, 'middle_name')
            and name_is_damaged(sent.middle_name)
            and not name_is_damaged(known.middle_name)
        )                                       as keeps_middle_name,
        matched.record_type = 'guardians'
        and not $manage_guardians
        and former_type is null
        -- what went with a student comes back with it
        and not (
            matched.state = 'archived' and matched.roster_id in (select roster_id from coming_back)
        )                                       as unmanaged,
        -- a row of the person that was left out may name another school
        if(
            matched.sourced_id in (select sourced_id from day.oneroster.left_out where file = 'users.csv' and line > 0)
            and matched.state = 'active',
            list_sort(list_distinct(known.school_ids || sent.school_ids)),
            sent.school_ids
        )                                       as school_ids,
        case sent.file
            when 'users.csv' then $absent
            when 'contacts.csv' then $absent_in_contacts
            else $absent_in_guardians
        end                                     as absent_columns,
        if(cells.no_cells is null, absent_columns, absent_columns || cells.no_cells) as unsaid,
        -- columns of users: if_absent('{field}', unsaid, known.{field}, sent.{field}) as {field},
        if_absent('given_name', unsaid, known.given_name, sent.given_name) as given_name,
        if_absent('family_name', unsaid, known.family_name, sent.family_name) as family_name,
        if_absent('middle_name', unsaid, known.middle_name, sent.middle_name) as middle_name,
        if_absent('identifier', unsaid, known.identifier, sent.identifier) as identifier,
        if_absent('username', unsaid, known.username, sent.username) as username,
        if_absent('email', unsaid, known.email, sent.email) as email,
        if_absent('sms', unsaid, known.sms, sent.sms) as sms,
        if_absent('phone', unsaid, known.phone, sent.phone) as phone,
        if_absent('grades', unsaid, known.grades, sent.grades) as grades,
        if_absent('language', unsaid, known.language, sent.language) as language,
        if_absent('enabled_user', unsaid, known.enabled_user, sent.enabled_user) as enabled_user,
        -- end of columns
        contact_kept
        and (
            if(has_values, settled_email, if_absent('email', unsaid, known.email, sent.email))
            is distinct from known.email
        )                                       as email_left_alone,
        contact_kept
        and (
            if(has_values, settled_sms, if_absent('sms', unsaid, known.sms, sent.sms))
            is distinct from known.sms
        )                                       as sms_left_alone,
        contact_kept
        and (
            if(has_values, settled_phone, if_absent('phone', unsaid, known.phone, sent.phone))
            is distinct from known.phone
        )                                       as phone_left_alone,
        language_kept
        and (
            if(has_values, settled_language, if_absent('language', unsaid, known.language, sent.language))
            is distinct from known.language
        )                                       as language_left_alone,
        known.role as known_role,
        known.school_ids as known_school_ids,
        -- columns of users: known.{field} as known_{field},
        known.given_name as known_given_name,
        known.family_name as known_family_name,
        known.middle_name as known_middle_name,
        known.identifier as known_identifier,
        known.username as known_username,
        known.email as known_email,
        known.sms as known_sms,
        known.phone as known_phone,
        known.grades as known_grades,
        known.language as known_language,
        known.enabled_user as known_enabled_user
        -- end of columns
    from day.sync.matched_users as matched
    inner join day.oneroster.users as sent
        on matched.sourced_id = sent.sourced_id and matched.by_number = sent.by_number
    left join guardian_roles on matched.roster_id = guardian_roles.roster_id
    left join day.sync.contact_values as values on matched.roster_id = values.roster_id
    left join cells
        on
            sent.file = cells.file
            and sent.sourced_id = cells.sourced_id
            and sent.by_number = cells.by_number
    left join known on matched.roster_id = known.roster_id
    where matched.sent
),

-- what a setting keeps as it is, and names that came damaged
settled as (
    select
        * replace (
            if(keeps_given_name, known_given_name, given_name) as given_name,
            if(keeps_family_name, known_family_name, family_name) as family_name,
            if(keeps_middle_name, known_middle_name, middle_name) as middle_name,
            if(contact_kept, known_email, if(has_values, settled_email, email)) as email,
            if(contact_kept, known_sms, if(has_values, settled_sms, sms)) as sms,
            if(contact_kept, known_phone, if(has_values, settled_phone, phone)) as phone,
            if(language_kept, known_language, if(has_values, settled_language, language)) as language
        )
    from wanted
),

-- only of those who differ in anything the columns are named
compared as (
    select
        *,
        if(
            state = 'active',
            list_filter([
                if(moved_from is not null, 'sourcedId', null),
                if(role is distinct from known_role, 'role', null),
                if(school_ids is distinct from known_school_ids, 'orgSourcedIds', null),
                -- columns of users: if({field} is distinct from known_{field}, '{header}', null),
                if(given_name is distinct from known_given_name, 'givenName', null),
                if(family_name is distinct from known_family_name, 'familyName', null),
                if(middle_name is distinct from known_middle_name, 'middleName', null),
                if(identifier is distinct from known_identifier, 'identifier', null),
                if(username is distinct from known_username, 'username', null),
                if(email is distinct from known_email, 'email', null),
                if(sms is distinct from known_sms, 'sms', null),
                if(phone is distinct from known_phone, 'phone', null),
                if(grades is distinct from known_grades, 'grades', null),
                if(language is distinct from known_language, 'language', null),
                if(enabled_user is distinct from known_enabled_user, 'enabledUser', null)
                -- end of columns
            ], lambda name: name is not null),
            []
        )                                       as changed,
        list_filter([
            if(email_left_alone, 'email', null),
            if(sms_left_alone, 'sms', null),
            if(phone_left_alone, 'phone', null),
            if(language_left_alone, 'language', null)
        ], lambda name: name is not null)       as left_alone
    from settled
    where
        state is distinct from 'active'
        or moved_from is not null
        or role is distinct from known_role
        or school_ids is distinct from known_school_ids
        -- columns of users: or {field} is distinct from known_{field}
        or given_name is distinct from known_given_name
        or family_name is distinct from known_family_name
        or middle_name is distinct from known_middle_name
        or identifier is distinct from known_identifier
        or username is distinct from known_username
        or email is distinct from known_email
        or sms is distinct from known_sms
        or phone is distinct from known_phone
        or grades is distinct from known_grades
        or language is distinct from known_language
        or enabled_user is distinct from known_enabled_user
        -- end of columns
        or email_left_alone
        or sms_left_alone
        or phone_left_alone
        or language_left_alone
),

absences as (
    select roster_id, absent_since
    from book.roster.absences
    where record_type = 'guardians' and in_force(since_sync, until_sync, $baseline)
),

-- links that stand in the baseline, of the guardians to whom none is left
ended as (
    select
        contact_roster_id,
        bool_and(fate = 'follows')              as follows,
        bool_and(fate in ('follows', 'barred')) as at_once
    from day.sync.matched_links
    where state = 'active'
    group by contact_roster_id
    having bool_and(fate in ('follows', 'withdrawn', 'barred'))
),

-- who leaves as a student or a staff member, and is a guardian by files that are silent tonight
staying as (
    select
        departures.record_type                  as former_type,
        departures.roster_id,
        departures.sourced_id,
        guardian_roles.strongest
    from day.sync.departures as departures
    inner join day.sync.matched_users as matched using (roster_id)
    inner join guardian_roles using (roster_id)
    inner join day.sync.contact_values as values using (roster_id)
    where
        departures.operation = 'archive'
        and not matched.sent
        and not matched.is_replaced
        and not values.is_withdrawn
),

gone as (
    select departures.*
    from day.sync.departures as departures
    inner join day.sync.matched_users as matched using (roster_id)
    where not matched.sent and departures.roster_id not in (select staying.roster_id from staying)
    union all by name
    select
        matched.record_type,
        matched.roster_id,
        matched.sourced_id,
        coalesce(ended.follows, false)          as consequence,
        if(
            consequence
            -- a bar waits for nothing, and leaves nobody without a student
            or coalesce(ended.at_once, false)
            or matched.is_replaced
            or $archive_after_days = 0
            or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
            'archive', 'absent'
        )                                       as operation
    from day.sync.matched_users as matched
    left join ended on matched.roster_id = ended.contact_roster_id
    left join day.sync.contact_values as values on matched.roster_id = values.roster_id
    left join absences on matched.roster_id = absences.roster_id
    where
        matched.record_type = 'guardians'
        and matched.known_type = 'guardians'
        and not matched.sent
        and matched.state = 'active'
        and (
            matched.is_replaced
            -- a guardian all of whose students leave follows them
            or ended.contact_roster_id is not null
            or (
                $manage_guardians
                and coalesce(
                    values.is_withdrawn,
                    matched.sourced_id not in (select sourced_id from day.oneroster.silenced where file = 'users.csv')
                )
            )
        )
)

select
    record_type,
    former_type,
    sourced_id,
    roster_id,
    case
        when unmanaged or (state = 'active' and len(changed) = 0) then 'keep'
        when state is null then 'add'
        when state = 'archived' then 'restore'
        when list_has_all($appeared, changed) then 'fill'
        else 'update'
    end                                         as operation,
    if(len(changed) = 0, left_alone, changed)   as changed,
    false                                       as consequence,
    false                                       as withheld,
    file,
    line,
    rule,
    role,
    school_ids,
    -- columns of users: {field},
    given_name,
    family_name,
    middle_name,
    identifier,
    username,
    email,
    sms,
    phone,
    grades,
    language,
    enabled_user
    -- end of columns
from compared
union all by name
select
    'guardians'                                 as record_type,
    staying.former_type,
    staying.sourced_id,
    staying.roster_id,
    'update'                                    as operation,
    list_filter(
        ['role', if(len(known.school_ids) > 0, 'orgSourcedIds', null)], lambda name: name is not null
    )                                           as changed,
    false                                       as consequence,
    false                                       as withheld,
    known.file,
    known.line,
    staying.strongest['rule']                   as rule,
    ['guardian', 'parent', 'relative'][staying.strongest['strength']] as role,
    []::varchar[]                               as school_ids,
    -- columns of users: known.{field},
    known.given_name,
    known.family_name,
    known.middle_name,
    known.identifier,
    known.username,
    known.email,
    known.sms,
    known.phone,
    known.grades,
    known.language,
    known.enabled_user
    -- end of columns
from staying
inner join known using (roster_id)
union all by name
select
    record_type,
    sourced_id,
    roster_id,
    operation,
    []::varchar[]                               as changed,
    coalesce(consequence, false)                as consequence,
    false                                       as withheld,
    -- enrollments.csv still enrolls the person, or students still name the contact
    if(
        record_type = 'guardians',
        sourced_id in (
            select contact_id from day.guardians.guardians where verdict = 'contact_unknown'
        ),
        sourced_id in (select user_sourced_id from day.oneroster.enrollment_rows where reason = 'user_unknown')
    )                                           as still_named
from gone
