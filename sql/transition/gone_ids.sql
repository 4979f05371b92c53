-- target.roster.ids: what came after the target state keeps its id, unless that means another thing there.
-- grain: record_type, sourced_id, since_sync
-- reads: target.roster.ids, book.roster.ids
insert into target.roster.ids by name
select *
from book.roster.ids
where
    until_sync is null
    and roster_id not in (select roster_id from target.roster.ids where until_sync is null)
    and (record_type = 'classes', sourced_id) not in (
        select (ids.record_type = 'classes', ids.sourced_id) from target.roster.ids as ids where ids.until_sync is null
    )
