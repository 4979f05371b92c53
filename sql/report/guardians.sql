-- what the rules made of the contacts of a delivery, in figures.
-- grain: one row
-- reads: guardians.guardians, guardians.same_persons, guardians.findings,
--     sync.matched_users, sync.matched_links
with pairs as (
    select
        count(*) filter (where role = 'parent')             as parents,
        count(*) filter (where role = 'guardian')           as guardians,
        count(*) filter (where role = 'relative')           as relatives,
        count(*) filter (where verdict in ('no_rule', 'no_relationship', 'excluded')) as excluded,
        count(*) filter (where is_barred)                   as barred,
        count(*) filter (where verdict = 'not_managed')     as ignored,
        count(*) filter (where verdict = 'too_many')        as beyond_most,
        count(*) filter (where verdict like '%unknown')     as dangling
    from day.guardians.guardians
),

told as (
    select
        count(*) filter (where code = 'guardian_unreachable') as unreachable,
        count(*) filter (where code = 'student_without_guardian') as students_without,
        count(*) filter (where code = 'guardians_many')     as students_with_many
    from day.guardians.findings
),

persons as (
    select
        count(*) filter (where not has_staff)               as same_persons,
        count(*) filter (where has_staff)                   as staff
    from day.guardians.same_persons
),

too as (
    select
        count(*) filter (where record_type = 'staff')       as of_staff,
        count(*) filter (where record_type = 'students')    as of_students
    from day.sync.matched_users
    where
        record_type <> 'guardians'
        and roster_id in (
            select contact_roster_id
            from day.sync.matched_links
            where fate = 'said' or (fate = 'silent' and state = 'active')
        )
)

select *
from pairs
cross join told
cross join persons
cross join too
