-- sync.departures: see sql/schema/day/sync.departures.sql. Who a row that was left out names has not gone; who is told
-- to be something else in users.csv, has.
-- grain: roster_id
-- reads: sync.matched_users, oneroster.users, oneroster.left_out, book.roster.absences
insert into day.sync.departures by name
with told as (
    select matched.roster_id
    from day.sync.matched_users as matched
    inner join day.oneroster.users as users on matched.sourced_id = users.sourced_id and matched.line = users.line
    where matched.sent and matched.record_type <> matched.known_type and users.file = 'users.csv'
)

select
    gone.known_type                             as record_type,
    gone.roster_id,
    gone.sourced_id,
    if(
        gone.is_replaced
        or gone.roster_id in (select told.roster_id from told)
        or $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation
from day.sync.matched_users as gone
left join book.roster.absences as absences
    on
        gone.known_type = absences.record_type
        and gone.roster_id = absences.roster_id
        and in_force(absences.since_sync, absences.until_sync, $baseline)
where
    gone.known_type <> 'guardians'
    and gone.state = 'active'
    and (not gone.sent or gone.record_type <> gone.known_type)
    and (
        gone.is_replaced
        or gone.roster_id in (select told.roster_id from told)
        or gone.sourced_id not in (select sourced_id from day.oneroster.left_out where file = 'users.csv')
    )
