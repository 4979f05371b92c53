-- pairs of contact and student by what the rules made of them, per school of the student.
-- grain: school_id, role, reason, relationship
-- reads: guardians.guardians, oneroster.users
with students as (
    select
        sourced_id,
        unnest(school_ids)                      as school_id
    from day.oneroster.users
    where record_kind = 'student'
),

pairs as (
    select
        students.school_id,
        guardians.role,
        guardians.reason,
        lower(trim(coalesce(guardians.relationship, guardians.relationship_display))) as relationship
    from day.guardians.guardians as guardians
    inner join students on guardians.student_id = students.sourced_id
)

select
    school_id,
    role,
    reason,
    relationship,
    count(*)                                            as pairs
from pairs
group by school_id, role, reason, relationship
order by school_id, role is null, count(*) desc, reason, relationship, role
