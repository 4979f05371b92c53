-- sync.findings: whether users.csv seems to hold only what changed: every row has a status and a date of change, as in
-- a delta file, and fewer than half of the people who are known are in it.
-- grain: one row
-- reads: raw.users, book.roster.users
insert into day.sync.findings by name
with sent as (
    select
        count(distinct trim(sourced_id))        as people,
        count(*) filter (where coalesce(trim(status), '') = '' or coalesce(trim(date_last_modified), '') = '')
            as without
    from day.raw.users
),

known as (
    select count(*) as people
    from book.roster.users
    where state = 'active' and in_force(since_sync, until_sync, $baseline)
)

select
    'users.csv'                                 as file,
    'changes_only'                              as code,
    sent.people || ' people, and ' || known.people || ' are known' as value
from sent
cross join known
where sent.without = 0 and sent.people > 0 and sent.people * 2 < known.people
