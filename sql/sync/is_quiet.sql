-- whether the plan leaves the roster as it is: nothing changes, nobody begins or ends being absent, and the files have
-- the columns that the last delivery had.
-- grain: one row
-- reads: sync.plan, sync.columns, book.roster.absences
select
    not exists (
        select 1 from day.sync.plan where operation in ('add', 'update', 'restore', 'archive', 'fill')
    )
    and not exists (select 1 from day.sync.columns)
    and not exists (
        select record_type, roster_id from day.sync.plan where operation = 'absent'
        except
        select record_type, roster_id from book.roster.absences where until_sync is null
    )
    and not exists (
        select record_type, roster_id from book.roster.absences where until_sync is null
        except
        select record_type, roster_id from day.sync.plan where operation = 'absent'
    ) as is_quiet
