-- the record types in which more than a fifth of the active people, and more than 10,000, get another name tonight: an
-- export that lost its order, or another system's people. Nobody looks at so many one by one.
-- grain: one row
-- reads: sync.users, sync.matched_users, book.roster.users
with renamed as (
    select plan.record_type, count(*) as renamed
    from day.sync.users as plan
    inner join book.roster.users as known
        on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
    where
        plan.operation in ('update', 'restore')
        and lower(plan.given_name) <> lower(known.given_name)
        and lower(plan.family_name) <> lower(known.family_name)
    group by plan.record_type
),

sizes as (
    select record_type, count(*) as active
    from day.sync.matched_users
    where state = 'active'
    group by record_type
)

select coalesce(list(renamed.record_type order by renamed.record_type), []) as record_types
from renamed
inner join sizes using (record_type)
where renamed.renamed > 10000 and renamed.renamed > sizes.active / 5
