-- ids that stand for several people of Clever's set: an employee's that a student has too, and a contact's.
-- grain: kind
-- reads: raw.students, raw.teachers, raw.staff, raw.contact_rows
with students as (
    select distinct trim(sourced_id) as sourced_id
    from day.raw.students
    where trim(sourced_id) <> ''
)

select
    'staff' as kind,
    count(distinct trim(employees.sourced_id)) as count
from (
    select sourced_id from day.raw.teachers
    union all
    select sourced_id from day.raw.staff
) as employees
semi join students on trim(employees.sourced_id) = students.sourced_id
having count(*) > 0
union all
select
    'contact' as kind,
    count(distinct rows.contact_id) as count
from day.raw.contact_rows as rows
inner join day.raw.students as sent on rows.line = sent.line
where rows.contact_id = 'contact-' || trim(sent.contact_sis_id)
having count(*) > 0
