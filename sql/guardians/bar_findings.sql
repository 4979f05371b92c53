-- guardians.findings: each pair that is barred; bars that name a student who is not there, and so bar nobody; and
-- guardians of the same student who have the name, e-mail address or mobile number of the person who is barred from it:
-- they may be that person, and what is sent to them may reach it. A landline is a household's, and is never written to.
-- grain: contact_id, student_id, code
-- reads: guardians.guardians, oneroster.users, oneroster.user_rows
insert into day.guardians.findings by name
with barred as (
    select *
    from day.guardians.guardians
    where is_barred
),

-- the people around a barred pair: few, however large the district is
around as (
    select
        guardians.contact_id,
        guardians.student_id,
        guardians.is_barred,
        guardians.role,
        guardians.file,
        guardians.line,
        users.email,
        users.sms,
        nullif(
            regexp_replace(
                lower(strip_accents(concat(coalesce(users.given_name, ''), coalesce(users.family_name, '')))),
                '[^\pL\pN]+', '', 'g'
            ),
            ''
        )                                       as name
    from day.guardians.guardians as guardians
    inner join day.oneroster.users as users on guardians.contact_id = users.sourced_id
    where guardians.student_id in (select barred.student_id from barred)
)

select
    file,
    line,
    null                                        as field,
    'contact_barred'                            as code,
    contact_id                                  as sourced_id,
    student_id || ' (' || reason || ')'         as value
from barred
union all by name
select
    file,
    line,
    null                                        as field,
    'bar_not_matched'                           as code,
    contact_id                                  as sourced_id,
    student_id                                  as value
from barred
where
    verdict = 'no_contact'
    and student_id not in (
        select sourced_id
        from day.oneroster.user_rows
        where sourced_id is not null and (record_kind = 'student' or record_kind is null)
    )
union all by name
select
    linked.file,
    linked.line,
    null                                        as field,
    'barred_twin'                               as code,
    linked.contact_id                           as sourced_id,
    linked.student_id || ', contact ' || min(bars.contact_id) as value
from around as bars
inner join around as linked
    on
        bars.student_id = linked.student_id
        and (
            bars.name = linked.name
            or bars.email = linked.email
            or bars.sms = linked.sms
        )
where bars.is_barred and linked.role is not null
group by linked.file, linked.line, linked.contact_id, linked.student_id
