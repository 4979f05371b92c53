-- sync.losses: see sql/schema/day/sync.losses.sql. Who changes schools loses none; an enrollment whose end was known
-- and has come loses nothing either, one whose end moves into the past does.
-- grain: record_type, roster_id, field
-- reads: sync.users, sync.guardian_links, sync.enrollments, book.roster.users, book.roster.guardian_links,
--     book.roster.enrollments
insert into day.sync.losses by name
select
    plan.record_type,
    plan.roster_id,
    unnest(list_filter([
        -- columns of users: if(plan.{field} is null and known.{field} is not null, '{header}', null),
        if(plan.given_name is null and known.given_name is not null, 'givenName', null),
        if(plan.family_name is null and known.family_name is not null, 'familyName', null),
        if(plan.middle_name is null and known.middle_name is not null, 'middleName', null),
        if(plan.identifier is null and known.identifier is not null, 'identifier', null),
        if(plan.username is null and known.username is not null, 'username', null),
        if(plan.email is null and known.email is not null, 'email', null),
        if(plan.sms is null and known.sms is not null, 'sms', null),
        if(plan.phone is null and known.phone is not null, 'phone', null),
        if(plan.grades is null and known.grades is not null, 'grades', null),
        if(plan.language is null and known.language is not null, 'language', null),
        if(plan.enabled_user is null and known.enabled_user is not null, 'enabledUser', null),
        -- end of columns
        if(
            len(plan.school_ids) < len(known.school_ids) and list_has_all(known.school_ids, plan.school_ids),
            'orgSourcedIds', null
        ),
        if(
            list_position(['guardian', 'parent', 'relative'], plan.role)
            > list_position(['guardian', 'parent', 'relative'], known.role),
            'role', null
        )
    ], lambda name: name is not null))          as field
from day.sync.users as plan
inner join book.roster.users as known
    on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
where plan.operation = 'update'
union all by name
select
    'guardian_links'                            as record_type,
    plan.roster_id,
    'role'                                      as field
from day.sync.guardian_links as plan
inner join book.roster.guardian_links as known
    on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
where
    plan.operation = 'update'
    and list_position(['guardian', 'parent', 'relative'], plan.role)
    > list_position(['guardian', 'parent', 'relative'], known.role)
union all by name
select
    'enrollments'                               as record_type,
    plan.roster_id,
    'endDate'                                   as field
from day.sync.enrollments as plan
inner join book.roster.enrollments as known
    on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
where
    plan.operation = 'update'
    and plan.end_date < $sync_date::date::varchar
    and coalesce(known.end_date >= $sync_date::date::varchar, true)
