-- sync.holds: values_lost: updates that would take one and the same column from more records than the limit of archives
-- allows, or from more than half of those that have a value in it. Only these updates wait.
-- grain: record_type, field
-- reads: sync.losses, sync.exempt, sync.measured, sync.limits, book.roster.users
insert into day.sync.holds by name
with lost as (
    select losses.record_type, losses.field, count(*) as changes
    from day.sync.losses as losses
    anti join day.sync.exempt as exempt
        on losses.record_type = exempt.record_type and losses.roster_id = exempt.roster_id
    group by losses.record_type, losses.field
),

values_known as (
    select
        record_type,
        column_known['field']                   as field,
        column_known['base']                    as base
    from (
        select
            record_type,
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
        from book.roster.users
        where in_force(since_sync, until_sync, $baseline) and state = 'active' and exists (select 1 from lost)
        group by record_type
    )
),

judged as (
    select
        lost.record_type,
        lost.field,
        lost.changes,
        coalesce(values_known.base, measured.base) as base
    from lost
    inner join day.sync.measured as measured
        on lost.record_type = measured.record_type and measured.school_id is null and measured.grade is null
    left join values_known on lost.record_type = values_known.record_type and lost.field = values_known.field
)

select
    judged.record_type,
    'values_lost'                               as code,
    'update'                                    as operation,
    judged.field,
    judged.changes,
    least(allowed(judged.base, limits.percent, limits.at_least), half_at_most(judged.base)) as allowed,
    judged.base
from judged
inner join day.sync.limits as limits on judged.record_type = limits.record_type and limits.measure = 'archive'
where judged.changes > least(allowed(judged.base, limits.percent, limits.at_least), half_at_most(judged.base))
