-- sync.matched_classes: every class of the current roster and of the target state.
-- grain: sourced_id
-- reads: target.classes, sync.matched_users (for the next free roster_id), book.roster.classes, book.roster.ids
insert into day.sync.matched_classes by name
with known as (
    select
        ids.sourced_id,
        classes.roster_id,
        classes.state
    from book.roster.classes as classes
    inner join book.roster.ids as ids on classes.roster_id = ids.roster_id
    where
        in_force(classes.since_sync, classes.until_sync, $baseline)
        and in_force(ids.since_sync, ids.until_sync, $baseline)
),

target as (
    select
        target.sourced_id,
        target.line,
        coalesce(target.roster_id, known.roster_id) as roster_id
    from day.target.classes as target
    left join known using (sourced_id)
)

select
    coalesce(target.sourced_id, known.sourced_id)   as sourced_id,
    coalesce(
        target.roster_id,
        known.roster_id,
        greatest(
            (select coalesce(max(roster_id), 0) from book.roster.ids),
            (select coalesce(max(roster_id), 0) from day.sync.matched_users)
        )
        + row_number() over (
            partition by coalesce(target.roster_id, known.roster_id) is null
            order by target.sourced_id
        )
    )                                               as roster_id,
    known.state,
    target.sourced_id is not null                   as sent,
    target.line
from target
full join known on target.roster_id = known.roster_id
where target.sourced_id is not null or known.state = 'active'
