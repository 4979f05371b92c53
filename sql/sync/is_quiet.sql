-- whether the plan leaves the roster as it is: nothing changes, nobody begins or ends being absent, no source falls
-- silent or speaks for the first time, and no support or bar moves.
-- grain: one row
-- reads: sync.plan, sync.sources, sync.bars, sync.contact_values, sync.matched_links, sync.guardian_links,
--     book.roster.absences, book.roster.sources
select
    not exists (
        select 1 from day.sync.plan where operation in ('add', 'update', 'restore', 'archive', 'fill')
    )
    and not exists (select 1 from day.sync.bars)
    and not exists (select 1 from day.sync.contact_values where has_moved)
    and not exists (
        -- of a link of which nothing is applied, nothing moves
        select 1
        from day.sync.matched_links as links
        left join day.sync.guardian_links as plan using (contact_roster_id, student_roster_id)
        where links.fate = 'said' and links.has_moved and not coalesce(plan.withheld or plan.operation = 'keep', false)
    )
    and not exists (
        select file, field, silent_since from day.sync.sources
        except
        select file, field, silent_since from book.roster.sources where until_sync is null
    )
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
