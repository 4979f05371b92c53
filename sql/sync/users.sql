-- sync.users: the plan for people: who is added, updated, restored, archived.
-- An absent column leaves what is known; a blank cell clears it. Archives spare what an erroneous row names.
-- grain: record_type, sourced_id
-- reads: sync.matched_users, sync.protected, oneroster.users, oneroster.enrollment_rows, guardians.guardians,
--     book.roster.users,
--     book.roster.guardian_links
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
    where since_sync <= $baseline and (until_sync is null or until_sync > $baseline)
),

wanted as (
    select
        matched.record_type,
        matched.sourced_id,
        matched.roster_id,
        matched.state,
        matched.line,
        guardian_roles.rule,
        -- where a column that gave the roles is absent, what is known of them stays untouched
        if($evidence_is_absent and matched.record_type = 'guardians', known.role, null) as role_kept,
        coalesce(role_kept, guardian_roles.role, sent.role) as role,
        sent.school_ids,
        if(list_contains($absent, 'given_name'), known.given_name, sent.given_name) as given_name,
        if(list_contains($absent, 'family_name'), known.family_name, sent.family_name) as family_name,
        if(list_contains($absent, 'middle_name'), known.middle_name, sent.middle_name) as middle_name,
        if(list_contains($absent, 'identifier'), known.identifier, sent.identifier) as identifier,
        if(list_contains($absent, 'username'), known.username, sent.username) as username,
        if(list_contains($absent, 'email'), known.email, sent.email) as email,
        if(list_contains($absent, 'sms'), known.sms, sent.sms) as sms,
        if(list_contains($absent, 'phone'), known.phone, sent.phone) as phone,
        if(list_contains($absent, 'grades'), known.grades, sent.grades) as grades,
        if(list_contains($absent, 'language'), known.language, sent.language) as language
    from day.sync.matched_users as matched
    inner join day.oneroster.users as sent on matched.sourced_id = sent.sourced_id
    left join guardian_roles
        on matched.record_type = 'guardians' and matched.sourced_id = guardian_roles.sourced_id
    left join known on matched.roster_id = known.roster_id
    where matched.sent
),

compared as (
    select
        wanted.*,
        list_filter([
            if(wanted.role is distinct from known.role, 'role', null),
            if(wanted.school_ids is distinct from known.school_ids, 'orgSourcedIds', null),
            if(wanted.given_name is distinct from known.given_name, 'givenName', null),
            if(wanted.family_name is distinct from known.family_name, 'familyName', null),
            if(wanted.middle_name is distinct from known.middle_name, 'middleName', null),
            if(wanted.identifier is distinct from known.identifier, 'identifier', null),
            if(wanted.username is distinct from known.username, 'username', null),
            if(wanted.email is distinct from known.email, 'email', null),
            if(wanted.sms is distinct from known.sms, 'sms', null),
            if(wanted.phone is distinct from known.phone, 'phone', null),
            if(wanted.grades is distinct from known.grades, 'grades', null),
            if(wanted.language is distinct from known.language, 'language', null)
        ], lambda name: name is not null)       as changed
    from wanted
    left join known on wanted.roster_id = known.roster_id
),

-- contacts of a student whose own row was left out for an error: what hangs on that student stays
spared as (
    select links.contact_roster_id as roster_id
    from book.roster.guardian_links as links
    inner join day.sync.matched_users as students on links.student_roster_id = students.roster_id
    where
        links.since_sync <= $baseline
        and (links.until_sync is null or links.until_sync > $baseline)
        and links.state = 'active'
        and students.sourced_id in (select sourced_id from day.sync.protected where file = 'users.csv')
),

archived as (
    select *
    from day.sync.matched_users
    where
        not sent
        and sourced_id not in (select sourced_id from day.sync.protected where file = 'users.csv')
        and not (record_type = 'guardians' and roster_id in (select roster_id from spared))
),

-- a guardian all of whose students leave follows them
followers as (
    select links.contact_roster_id as roster_id
    from book.roster.guardian_links as links
    where
        links.since_sync <= $baseline
        and (links.until_sync is null or links.until_sync > $baseline)
        and links.state = 'active'
    group by links.contact_roster_id
    having bool_and(links.student_roster_id in (select roster_id from archived where record_type = 'students'))
)

select
    record_type,
    sourced_id,
    roster_id,
    case
        when state is null then 'add'
        when state = 'archived' then 'restore'
        else 'update'
    end                                         as operation,
    if(state = 'active', changed, [])           as changed,
    false                                       as consequence,
    false                                       as withheld,
    line,
    rule,
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
from compared
where state is distinct from 'active' or len(changed) > 0
union all by name
select
    record_type,
    sourced_id,
    roster_id,
    'archive'                                   as operation,
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
from archived
