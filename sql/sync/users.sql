-- sync.users: the plan for people: who is added, updated, restored, archived.
-- An absent column leaves what is known; a blank cell clears it. Archives spare what an erroneous row names.
-- Beside add, update, restore and archive there are: fill (values in a column that appeared), keep (left alone by a
-- setting) and absent (to be archived later, by sync.archive_after_days).
-- grain: record_type, sourced_id
-- reads: sync.matched_users, sync.protected, oneroster.users, oneroster.enrollment_rows, guardians.guardians,
--     book.roster.users,
--     book.roster.guardian_links, book.roster.absences
insert into day.sync.users by name
with guardian_roles as (
    select
        contact_id                              as sourced_id,
        arg_min(role, rule_position)            as role,            -- the strongest of the person's links
        arg_min(reason, rule_position)          as rule
    from day.guardians.guardians
    where role is not null
    group by contact_id
),

known as (
    select *
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline)
),

-- each person of the delivery beside what is known of it: one join, for these are the widest tables there are
wanted as (
    select
        matched.record_type,
        matched.sourced_id,
        matched.roster_id,
        matched.state,
        sent.file,
        matched.line,
        matched.moved_from,
        guardian_roles.rule,
        -- where a column that gave the roles is absent, what is known of them stays untouched
        if($evidence_is_absent and matched.record_type = 'guardians', known.role, null) as role_kept,
        coalesce(role_kept, guardian_roles.role, sent.role) as role,
        matched.state = 'active' and not $update_contact_details as contact_kept,
        matched.state = 'active' and not $update_language as language_kept,
        matched.record_type = 'guardians' and not $manage_guardians as unmanaged,
        sent.school_ids,
        -- columns of users: if_absent('{field}', $absent || sent.unreadable, known.{field}, sent.{field}) as {field},
        if_absent('given_name', $absent || sent.unreadable, known.given_name, sent.given_name) as given_name,
        if_absent('family_name', $absent || sent.unreadable, known.family_name, sent.family_name) as family_name,
        if_absent('middle_name', $absent || sent.unreadable, known.middle_name, sent.middle_name) as middle_name,
        if_absent('identifier', $absent || sent.unreadable, known.identifier, sent.identifier) as identifier,
        if_absent('username', $absent || sent.unreadable, known.username, sent.username) as username,
        if_absent('email', $absent || sent.unreadable, known.email, sent.email) as email,
        if_absent('sms', $absent || sent.unreadable, known.sms, sent.sms) as sms,
        if_absent('phone', $absent || sent.unreadable, known.phone, sent.phone) as phone,
        if_absent('grades', $absent || sent.unreadable, known.grades, sent.grades) as grades,
        if_absent('language', $absent || sent.unreadable, known.language, sent.language) as language,
        -- end of columns
        contact_kept and not list_contains($absent, 'email') and (sent.email is distinct from known.email)
            as email_left_alone,
        contact_kept and not list_contains($absent, 'sms') and (sent.sms is distinct from known.sms)
            as sms_left_alone,
        contact_kept and not list_contains($absent, 'phone') and (sent.phone is distinct from known.phone)
            as phone_left_alone,
        language_kept and not list_contains($absent, 'language') and (sent.language is distinct from known.language)
            as language_left_alone,
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
        known.language as known_language
        -- end of columns
    from day.sync.matched_users as matched
    inner join day.oneroster.users as sent on matched.sourced_id = sent.sourced_id
    left join guardian_roles
        on matched.record_type = 'guardians' and matched.sourced_id = guardian_roles.sourced_id
    left join known on matched.roster_id = known.roster_id
    where matched.sent
),

-- what a setting keeps as it is
settled as (
    select
        * replace (
            if(contact_kept, known_email, email) as email,
            if(contact_kept, known_sms, sms) as sms,
            if(contact_kept, known_phone, phone) as phone,
            if(language_kept, known_language, language) as language
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
                if(language is distinct from known_language, 'language', null)
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
        -- end of columns
        or email_left_alone
        or sms_left_alone
        or phone_left_alone
        or language_left_alone
),

-- contacts of a student whose own row was left out for an error: what hangs on that student stays
spared as (
    select links.contact_roster_id as roster_id
    from book.roster.guardian_links as links
    inner join day.sync.matched_users as students on links.student_roster_id = students.roster_id
    where
        in_force(links.since_sync, links.until_sync, $baseline)
        and links.state = 'active'
        and students.sourced_id in (
            select sourced_id from day.sync.protected where file in ('users.csv', 'contacts.csv', 'guardians.csv')
        )
),

absences as (
    select record_type, roster_id, absent_since
    from book.roster.absences
    where in_force(since_sync, until_sync, $baseline)
),

gone as (
    select
        matched.*,
        if(
            matched.is_replaced
            or $archive_after_days = 0
            or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
            'archive', 'absent'
        )                                       as operation
    from day.sync.matched_users as matched
    left join absences
        on matched.record_type = absences.record_type and matched.roster_id = absences.roster_id
    where
        (matched.is_replaced and matched.state = 'active')
        or (
            not matched.sent
            and not matched.is_replaced
            and matched.sourced_id not in (select sourced_id from day.sync.protected where file = 'users.csv')
            and not (
                matched.record_type = 'guardians'
                and (
                    not $manage_guardians
                    or matched.roster_id in (select roster_id from spared)
                    or matched.sourced_id in (
                        select sourced_id from day.sync.protected where file in ('contacts.csv', 'guardians.csv')
                    )
                )
            )
        )
),

leaving as (
    select roster_id
    from gone
    where record_type = 'students' and operation = 'archive'
),

-- a guardian all of whose students leave follows them
followers as (
    select links.contact_roster_id as roster_id
    from book.roster.guardian_links as links
    where
        in_force(links.since_sync, links.until_sync, $baseline)
        and links.state = 'active'
        and links.contact_roster_id in (
            select of_leaving.contact_roster_id
            from book.roster.guardian_links as of_leaving
            where of_leaving.student_roster_id in (select roster_id from leaving)
        )
    group by links.contact_roster_id
    having bool_and(links.student_roster_id in (select roster_id from leaving))
)

select
    record_type,
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
    language
    -- end of columns
from compared
union all by name
select
    record_type,
    sourced_id,
    roster_id,
    operation,
    []::varchar[]                               as changed,
    record_type = 'guardians' and roster_id in (select roster_id from followers) as consequence,
    false                                       as withheld,
    -- enrollments.csv still enrolls the person, or students still name the contact
    if(
        record_type = 'guardians',
        sourced_id in (
            select contact_id from day.guardians.guardians where reason = 'the contact is not in users.csv'
        ),
        sourced_id in (select user_sourced_id from day.oneroster.enrollment_rows where reason = 'user_unknown')
    )                                           as still_named
from gone
