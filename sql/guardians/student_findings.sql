-- guardians.findings: students without a guardian, where the district has guardians at all, and students with more than
-- six: the product that these files were first made for takes six.
-- grain: student_id, code
-- reads: guardians.guardians, oneroster.users
insert into day.guardians.findings by name
with counted as (
    select
        student_id,
        count(role) + count(*) filter (where verdict = 'too_many') as guardians,
        count(*) filter (where verdict = 'too_many') as beyond
    from day.guardians.guardians
    where role is not null or verdict = 'too_many'
    group by student_id
)

select
    users.file,
    users.line,
    null                                        as field,
    if(counted.student_id is null, 'student_without_guardian', 'guardians_many') as code,
    users.sourced_id,
    if(
        counted.student_id is null,
        null,
        counted.guardians
        || ' guardians'
        || if(counted.beyond > 0, ', ' || counted.beyond || ' of them not linked', '')
    )                                           as value
from day.oneroster.users as users
left join counted on users.sourced_id = counted.student_id
where
    users.record_kind = 'student'
    and (
        (counted.student_id is null and exists (select 1 from counted))
        or counted.guardians > 6
        or counted.beyond > 0
    )
