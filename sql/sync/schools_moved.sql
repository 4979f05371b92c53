-- whether a sync moved somebody, or a class, from one school to another.
-- grain: one row
-- reads: book.sync.changes
select count(*) > 0 as moved
from book.sync.changes
where
    sync_number = $sync
    and operation = 'update'
    and list_has_any(columns, ['orgSourcedIds', 'schoolSourcedId'])
