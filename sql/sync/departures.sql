-- sync.departures: see sql/schema/day/sync.departures.sql. Who a row that was left out names has not gone.
-- grain: roster_id
-- reads: sync.matched_users, oneroster.left_out, book.roster.absences
insert into day.sync.departures by name
select
    gone.record_type,
    gone.roster_id,
    gone.sourced_id,
    if(
        gone.is_replaced
        or $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation
from day.sync.matched_users as gone
left join book.roster.absences as absences
    on
        gone.record_type = absences.record_type
        and gone.roster_id = absences.roster_id
        and in_force(absences.since_sync, absences.until_sync, $baseline)
where
    gone.record_type <> 'guardians'
    and not gone.sent
    and gone.state = 'active'
    and (
        gone.is_replaced
        or gone.sourced_id not in (select sourced_id from day.oneroster.left_out where file = 'users.csv')
    )
