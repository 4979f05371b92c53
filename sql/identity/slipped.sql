-- sync.claims: column_slipped: at least five changes of a column, and half of them, in the district or in a school, are
-- values that exactly one other record had, or another column of the same record, and that are there no longer. Then
-- nothing that this column says there can be trusted.
-- grain: record_type, sourced_id, field
-- reads: sync.users, book.roster.users, book.roster.guardian_links, book.roster.ids
insert into day.sync.claims by name
with people as (
    select
        plan.record_type,
        plan.sourced_id,
        plan.roster_id,
        plan.operation = 'update'               as is_update,
        known.school_ids,
        known.identifier as known_identifier,
        known.username as known_username,
        known.email as known_email,
        known.sms as known_sms,
        plan.identifier,
        plan.username,
        plan.email,
        plan.sms,
        known.given_name || chr(31) || known.family_name as known_names,
        plan.given_name || chr(31) || plan.family_name as names,
        known.family_name || chr(31) || known.given_name as names_turned
    from day.sync.users as plan
    inner join book.roster.users as known
        on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
    where
        plan.operation in ('archive', 'absent')
        or (
            plan.operation = 'update'
            and list_has_any(
                plan.changed, ['identifier', 'username', 'email', 'sms', 'givenName', 'familyName']
            )
        )
),

-- each column whose value changes, or goes with its record
cells as (
    select
        record_type,
        sourced_id,
        roster_id,
        is_update,
        school_ids,
        'identifier' as field,
        known_identifier as had,
        identifier as gets
    from people
    where known_identifier is distinct from identifier
    union all
    select
        record_type,
        sourced_id,
        roster_id,
        is_update,
        school_ids,
        'username' as field,
        known_username as had,
        username as gets
    from people
    where known_username is distinct from username
    union all
    select
        record_type,
        sourced_id,
        roster_id,
        is_update,
        school_ids,
        'email' as field,
        known_email as had,
        email as gets
    from people
    where known_email is distinct from email
    union all
    select
        record_type,
        sourced_id,
        roster_id,
        is_update,
        school_ids,
        'sms' as field,
        known_sms as had,
        sms as gets
    from people
    where known_sms is distinct from sms
    union all
    select
        record_type,
        sourced_id,
        roster_id,
        is_update,
        school_ids,
        'names' as field,
        known_names as had,
        names as gets
    from people
    where known_names is distinct from names
),

changes as (select * from cells where is_update),

-- who had it: among those whose own value goes, so that nobody counts who only shares an address
from_others as (
    select
        changes.record_type,
        changes.roster_id,
        changes.field,
        any_value(changes.gets)                 as gets,
        any_value(others.roster_id)             as other_roster_id
    from changes
    inner join cells as others
        on
            changes.record_type = others.record_type
            and changes.field = others.field
            and changes.gets = others.had
            and changes.roster_id <> others.roster_id
    group by changes.record_type, changes.roster_id, changes.field
    having count(*) = 1
),

-- what goes to several at once has not slipped: it is shared from now on
moved as (
    select record_type, roster_id, field, other_roster_id
    from from_others
    qualify count(*) over (partition by record_type, field, gets) = 1
    union
    select changes.record_type, changes.roster_id, changes.field, null as other_roster_id
    from changes
    inner join cells as others
        on
            changes.roster_id = others.roster_id
            and changes.field <> others.field
            and changes.gets = others.had
    union
    select record_type, roster_id, 'names' as field, null as other_roster_id
    from people
    where is_update and names = names_turned and names <> known_names
),

first_of_each as (
    select record_type, roster_id, field, max(other_roster_id) as other_roster_id
    from moved
    group by all
),

-- which schools they are of: of a guardian those of the students. Only where enough has moved at all
columns as (
    select record_type, field
    from first_of_each
    group by all
    having count(*) >= 5
),

places as (
    select record_type, field, roster_id, null as school_id
    from changes
    where (record_type, field) in (select (columns.record_type, columns.field) from columns)
    union all
    select record_type, field, roster_id, unnest(school_ids) as school_id
    from changes
    where (record_type, field) in (select (columns.record_type, columns.field) from columns)
    union
    select changes.record_type, changes.field, changes.roster_id, unnest(students.school_ids) as school_id
    from changes
    inner join book.roster.guardian_links as links
        on
            changes.roster_id = links.contact_roster_id
            and in_force(links.since_sync, links.until_sync, $baseline)
            and links.state = 'active'
    inner join book.roster.users as students
        on
            links.student_roster_id = students.roster_id
            and in_force(students.since_sync, students.until_sync, $baseline)
    where
        changes.record_type = 'guardians'
        and (changes.record_type, changes.field) in (select (columns.record_type, columns.field) from columns)
),

slipped as (
    select places.record_type, places.field, places.school_id
    from places
    left join first_of_each as moved using (record_type, field, roster_id)
    group by all
    having count(moved.roster_id) >= 5 and count(moved.roster_id) >= count(*) / 2
),

-- each id once a column; the district before its schools
claimed as (
    select
        places.record_type,
        places.field,
        places.roster_id,
        min(places.school_id)                   as school_id,
        bool_or(places.school_id is null)       as is_in_all
    from places
    inner join slipped
        on
            places.record_type = slipped.record_type
            and places.field = slipped.field
            and places.school_id is not distinct from slipped.school_id
    group by all
)

select
    claimed.record_type,
    changes.sourced_id,
    claimed.roster_id,
    'column_slipped'                            as cause,
    true                                        as is_held,
    moved.other_roster_id,
    ids.sourced_id                              as other_sourced_id,
    if(claimed.is_in_all, null, claimed.school_id) as school_id,
    claimed.field
from claimed
inner join changes using (record_type, field, roster_id)
left join first_of_each as moved using (record_type, field, roster_id)
left join book.roster.ids as ids
    on moved.other_roster_id = ids.roster_id and in_force(ids.since_sync, ids.until_sync, $baseline)
