-- how many things of the roster have more than one current version, or one that ends before it begins.
-- grain: one row
-- reads: book.roster.users, book.roster.classes, book.roster.enrollments, book.roster.guardian_links
with versions as (
    select 'users' as thing, roster_id, since_sync, until_sync from book.roster.users
    union all
    select 'classes' as thing, roster_id, since_sync, until_sync from book.roster.classes
    union all
    select 'enrollments' as thing, roster_id, since_sync, until_sync from book.roster.enrollments
    union all
    select 'guardian_links' as thing, roster_id, since_sync, until_sync from book.roster.guardian_links
)

select count(*) as broken
from (
    select roster_id
    from versions
    group by thing, roster_id
    having count(*) filter (where until_sync is null) <> 1 or bool_or(until_sync <= since_sync)
)
