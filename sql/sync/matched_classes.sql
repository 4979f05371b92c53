-- sync.matched_classes: every class of the delivery and of the baseline, matched by id.
-- grain: sourced_id
-- reads: oneroster.classes, sync.matched_users (for the next free roster_id), book.roster.classes, book.roster.ids
insert into day.sync.matched_classes by name
with known as (
    select
        ids.sourced_id,
        classes.roster_id,
        classes.state
    from book.roster.classes as classes
    inner join book.roster.ids as ids
        on classes.roster_id = ids.roster_id
    where
        in_force(classes.since_sync, classes.until_sync, $baseline)
        and in_force(ids.since_sync, ids.until_sync, $baseline)
),

matched as (
    select
        sourced_id,
        known.roster_id,
        known.state,
        sent.sourced_id is not null             as sent,
        sent.line
    from day.oneroster.classes as sent
    full join known using (sourced_id)
    where sent.sourced_id is not null or known.state = 'active'
)

select *
from matched
where roster_id is not null
union all by name
select
    * exclude (roster_id),
    greatest(
        (select coalesce(max(roster_id), 0) from book.roster.ids where since_sync <= $baseline),
        (select coalesce(max(roster_id), 0) from day.sync.matched_users)
    )
    + row_number() over (order by sourced_id)   as roster_id
from matched
where roster_id is null
