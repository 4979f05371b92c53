-- oneroster.known: see sql/schema/day/oneroster.known.sql.
-- grain: file, sourced_id
-- reads: raw.deltas, raw.unreadable, oneroster.user_rows, oneroster.class_rows, book.roster.users,
--     book.roster.classes, book.roster.ids
insert into day.oneroster.known by name
with ids as (
    select roster_id, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $baseline)
),

-- where a row cannot be read, its id may be in any cell
cells as (
    select file, trim(unnest(cells)) as sourced_id
    from day.raw.unreadable
)

select
    'users.csv'                                 as file,
    ids.sourced_id,
    $student_id = 'identifier' and people.record_type = 'students' as by_number,
    case people.record_type when 'students' then 'student' when 'staff' then 'staff' else 'contact' end as record_kind,
    if(people.record_type = 'guardians', people.role, null) as role
from book.roster.users as people
inner join ids using (roster_id)
where
    people.state = 'active'
    and in_force(people.since_sync, people.until_sync, $baseline)
    and 'users.csv' in (select deltas.file from day.raw.deltas as deltas)
    and (ids.sourced_id, $student_id = 'identifier' and people.record_type = 'students') not in (
        select (sourced_id, by_number) from day.oneroster.user_rows where sourced_id is not null
    )
    and ids.sourced_id not in (select cells.sourced_id from cells where cells.file = 'users.csv')
union all by name
select
    'classes.csv'                               as file,
    ids.sourced_id,
    false                                       as by_number
from book.roster.classes as classes
inner join ids using (roster_id)
where
    classes.state = 'active'
    and in_force(classes.since_sync, classes.until_sync, $baseline)
    and 'classes.csv' in (select deltas.file from day.raw.deltas as deltas)
    and ids.sourced_id not in (select sourced_id from day.oneroster.class_rows where sourced_id is not null)
    and ids.sourced_id not in (select cells.sourced_id from cells where cells.file = 'classes.csv')
