-- sync.nameless_rows: see sql/schema/day/sync.nameless_rows.sql.
-- grain: file, line
-- reads: sync.matched_users, sync.matched_classes, oneroster.left_out, oneroster.contacts, oneroster.guardians,
--     raw.unreadable, raw.users, raw.classes, raw.enrollments, raw.contacts, raw.guardians, oneroster.user_rows,
--     oneroster.class_rows, oneroster.enrollment_rows, oneroster.student_numbers, book.sync.causes
insert into day.sync.nameless_rows by name
with known_ids as (
    select 'users.csv' as file, sourced_id from day.sync.matched_users where state is not null
    union all
    select 'classes.csv' as file, sourced_id from day.sync.matched_classes where state is not null
    union all
    select further.file, known.sourced_id
    from day.sync.matched_users as known
    cross join (values ('contacts.csv'), ('guardians.csv')) as further (file)
    where known.state is not null
    union all
    -- a row of enrollments.csv that cannot be read is known by the person in it
    select 'enrollments.csv' as file, sourced_id from day.sync.matched_users where state is not null
),

nameless as materialized (
    select unreadable.file, unreadable.line
    from day.raw.unreadable as unreadable
    left join day.oneroster.left_out as cells
        on unreadable.file = cells.file and unreadable.line = cells.line and not cells.is_key
    left join known_ids on cells.file = known_ids.file and cells.sourced_id = known_ids.sourced_id
    group by unreadable.file, unreadable.line
    having count(known_ids.sourced_id) = 0
    union
    select 'users.csv' as file, line from day.oneroster.user_rows where reason = 'key_missing'
    union
    select 'classes.csv' as file, line from day.oneroster.class_rows where reason = 'key_missing'
    union
    select 'contacts.csv' as file, line
    from day.oneroster.contacts
    where verdict = 'rejected' and contact_id is null and student_id is null
    union
    select 'guardians.csv' as file, line
    from day.oneroster.guardians
    where verdict = 'rejected' and guardian_id is null and student_id is null
    union
    select 'enrollments.csv' as file, line
    from day.oneroster.enrollment_rows
    where verdict = 'rejected' and class_sourced_id is null and user_sourced_id is null
),

of_users as (
    select *
    from day.raw.users
    where line in (select line from nameless where file = 'users.csv')
),

of_classes as (
    select *
    from day.raw.classes
    where line in (select line from nameless where file = 'classes.csv')
),

of_enrollments as (
    select *
    from day.raw.enrollments
    where line in (select line from nameless where file = 'enrollments.csv')
),

of_contacts as (
    select *
    from day.raw.contacts
    where line in (select line from nameless where file = 'contacts.csv')
),

of_guardians as (
    select *
    from day.raw.guardians
    where line in (select line from nameless where file = 'guardians.csv')
),

cells as (
    select 'users.csv' as file, line, name, cell
    from (unpivot of_users on columns(* exclude (line)) into name name value cell)
    union all
    select 'classes.csv' as file, line, name, cell
    from (unpivot of_classes on columns(* exclude (line)) into name name value cell)
    union all
    select 'enrollments.csv' as file, line, name, cell
    from (unpivot of_enrollments on columns(* exclude (line)) into name name value cell)
    union all
    select 'contacts.csv' as file, line, name, cell
    from (unpivot of_contacts on columns(* exclude (line)) into name name value cell)
    union all
    select 'guardians.csv' as file, line, name, cell
    from (unpivot of_guardians on columns(* exclude (line)) into name name value cell)
),

-- a column that comes or goes, and the place in the file, make no other row of it
contents as (
    select
        file,
        line,
        sha256(string_agg(name || '=' || trim(cell), chr(31) order by name)) as content
    from cells
    where trim(cell) <> '' and name not in ('sent_file', 'sent_line')
    group by file, line
    union all
    select file, line, sha256(array_to_string(cells, chr(31))) as content
    from day.raw.unreadable
),

settled as (
    select unnest(rows) as content
    from book.sync.causes
    where list_contains($settled, digest)
)

select
    file,
    line,
    contents.content,
    coalesce(contents.content in (select settled.content from settled), false) as is_settled
from nameless
left join contents using (file, line)
union all
-- two students under one number: the row does not say whose number is the wrong one
select
    'users.csv'                                 as file,
    min(people.line)                            as line,
    null                                        as content,
    false                                       as is_settled
from day.oneroster.student_numbers as numbers
inner join day.oneroster.user_rows as people on numbers.number = people.sourced_id
where people.reason = 'id_repeated'
group by numbers.number
having count(distinct numbers.sourced_id) > 1
