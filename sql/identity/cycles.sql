-- sync.claims: how many ids changed places among themselves, where following them leads back to the first; up to eight.
-- grain: roster_id
-- reads: sync.claims
update day.sync.claims
set cycle = cycles.steps
from (
    with recursive steps as (
        select roster_id as begins_at, other_roster_id as leads_to, 1 as steps
        from day.sync.claims
        where cause = 'id_exchanged'
        union all
        select steps.begins_at, claims.other_roster_id as leads_to, steps.steps + 1 as steps
        from steps
        inner join day.sync.claims as claims on steps.leads_to = claims.roster_id and claims.cause = 'id_exchanged'
        where steps.leads_to <> steps.begins_at and steps.steps < 8
    )

    select begins_at, steps
    from steps
    where leads_to = begins_at
) as cycles
where day.sync.claims.roster_id = cycles.begins_at and day.sync.claims.cause = 'id_exchanged'
