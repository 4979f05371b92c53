-- roster.ids: the ids that things get back.
-- grain: record_type, sourced_id, since_sync
-- reads: target.users, target.classes, book.roster.ids
insert into book.roster.ids by name
with target as (
    select roster_id, record_type, sourced_id from day.target.users
    union all
    select roster_id, 'classes' as record_type, sourced_id from day.target.classes
)

select
    target.roster_id,
    target.record_type,
    target.sourced_id,
    $sync               as since_sync
from target
anti join book.roster.ids as ids
    on
        target.roster_id = ids.roster_id
        and target.record_type = ids.record_type
        and target.sourced_id = ids.sourced_id
        and ids.until_sync is null
where target.roster_id is not null
