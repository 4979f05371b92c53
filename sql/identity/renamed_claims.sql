-- sync.claims: identity_changed, without what it rests on, where too many of a record type get another name.
-- grain: sourced_id
-- reads: sync.users, book.roster.users
insert into day.sync.claims by name
select
    plan.record_type,
    plan.sourced_id,
    plan.roster_id,
    'identity_changed'                          as cause,
    true                                        as is_held
from day.sync.users as plan
inner join book.roster.users as known
    on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
where
    list_contains($renamed_types, plan.record_type)
    and plan.operation in ('update', 'restore')
    and (
        lower(plan.given_name) is distinct from lower(known.given_name)
        or lower(plan.family_name) is distinct from lower(known.family_name)
    )
