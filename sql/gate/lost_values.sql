-- sync.holds: values_lost: updates that would take one and the same column from more records than the limit of archives
-- allows, or from more than half of those that have a value in it; of a school likewise, with the limit for one school,
-- where the whole type stays within its own. Only these updates wait.
-- grain: record_type, school_id, field
-- reads: sync.losses, sync.subjects, sync.measured, sync.limits, book.roster.users
insert into day.sync.holds by name
with losing as (
    select losses.record_type, losses.field, subjects.school_ids
    from day.sync.losses as losses
    inner join day.sync.subjects as subjects
        on losses.record_type = subjects.record_type and losses.roster_id = subjects.roster_id
    where not subjects.exempt
),

lost as (
    select record_type, school_id, field, count(*) as changes
    from (
        select record_type, null as school_id, field from losing
        union all
        select record_type, unnest(school_ids) as school_id, field from losing
    )
    group by record_type, school_id, field
),

-- guardians have no school of their own: of those of a school, all count
people as (
    select record_type, null as school_id, * exclude (record_type)
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline) and state = 'active' and exists (select 1 from lost)
    union all
    select record_type, unnest(school_ids) as school_id, * exclude (record_type)
    from book.roster.users
    where
        in_force(since_sync, until_sync, $baseline)
        and state = 'active'
        and record_type <> 'guardians'
        and exists (select 1 from lost)
),

values_known as (
    select
        record_type,
        school_id,
        column_known['field']                   as field,
        column_known['base']                    as base
    from (
        select
            record_type,
            school_id,
            unnest([
                -- columns of users: struct_pack(field := '{header}', base := count({field})),
                struct_pack(field := 'givenName', base := count(given_name)),
                struct_pack(field := 'familyName', base := count(family_name)),
                struct_pack(field := 'middleName', base := count(middle_name)),
                struct_pack(field := 'identifier', base := count(identifier)),
                struct_pack(field := 'username', base := count(username)),
                struct_pack(field := 'email', base := count(email)),
                struct_pack(field := 'sms', base := count(sms)),
                struct_pack(field := 'phone', base := count(phone)),
                struct_pack(field := 'grades', base := count(grades)),
                struct_pack(field := 'language', base := count(language)),
                struct_pack(field := 'enabledUser', base := count(enabled_user))
                -- end of columns
            ])                                  as column_known
        from people
        group by record_type, school_id
    )
),

judged as (
    select
        lost.record_type,
        lost.school_id,
        lost.field,
        lost.changes,
        coalesce(values_known.base, measured.base) as base,
        least(
            allowed(coalesce(values_known.base, measured.base), limits.percent, limits.at_least),
            half_at_most(coalesce(values_known.base, measured.base))
        )                                       as allowed
    from lost
    inner join day.sync.measured as measured
        on
            lost.record_type = measured.record_type
            and lost.school_id is not distinct from measured.school_id
            and measured.grade is null
    inner join day.sync.limits as limits
        on
            lost.record_type = limits.record_type
            and limits.measure = if(lost.school_id is null, 'archive', 'archive_per_school')
    left join values_known
        on
            lost.record_type = values_known.record_type
            and lost.field = values_known.field
            and lost.school_id is not distinct from values_known.school_id
)

select
    record_type,
    'values_lost'                               as code,
    'update'                                    as operation,
    school_id,
    field,
    changes,
    allowed,
    base
from judged
where
    changes > allowed
    and (
        school_id is null
        or (record_type, field) not in (
            select (wider.record_type, wider.field)
            from judged as wider
            where wider.school_id is null and wider.changes > wider.allowed
        )
    )
