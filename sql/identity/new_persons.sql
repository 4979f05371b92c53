-- sync.matched_users: who was approved as another person under a known id: the id is that of a newcomer now. Who had it
-- until tonight is in the files no longer (sql/identity/former_persons.sql).
-- reads: sync.approved, sync.matched_users, book.roster.ids
update day.sync.matched_users
set
    roster_id = newcomers.roster_id,
    state = null,
    known_type = null
from (
    select
        matched.roster_id                       as former_roster_id,
        greatest(
            (select coalesce(max(ids.roster_id), 0) from book.roster.ids as ids where ids.since_sync <= $baseline),
            (select coalesce(max(others.roster_id), 0) from day.sync.matched_users as others)
        )
        + row_number() over (order by matched.record_type, matched.sourced_id) as roster_id
    from day.sync.matched_users as matched
    inner join day.sync.approved as approved
        on matched.record_type = approved.record_type and matched.sourced_id = approved.key
    where
        approved.as_new_person
        and approved.operation in ('update', 'restore')
        and matched.sent
        and matched.state is not null
        and matched.moved_from is null
) as newcomers
where day.sync.matched_users.roster_id = newcomers.former_roster_id
