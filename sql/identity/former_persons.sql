-- sync.matched_users: who had the id of somebody who was approved as another person: not in the files, and archived.
-- reads: sync.approved, sync.matched_users, book.roster.ids, book.roster.users
insert into day.sync.matched_users by name
select
    users.record_type,
    matched.sourced_id,
    matched.by_number,
    users.roster_id,
    users.state,
    users.record_type                           as known_type,
    false                                       as sent,
    true                                        as is_replaced
from day.sync.matched_users as matched
inner join day.sync.approved as approved
    on matched.record_type = approved.record_type and matched.sourced_id = approved.key
inner join book.roster.ids as ids
    on
        matched.sourced_id = ids.sourced_id
        and in_force(ids.since_sync, ids.until_sync, $baseline)
inner join book.roster.users as users
    on ids.roster_id = users.roster_id and in_force(users.since_sync, users.until_sync, $baseline)
where
    approved.as_new_person
    and approved.operation in ('update', 'restore')
    and matched.sent
    and matched.state is null
    and users.roster_id <> matched.roster_id
    and matched.by_number = ($students_by_number and users.record_type = 'students')
