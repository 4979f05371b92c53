-- guardians.findings: each pair that is barred; bars that name a student who is not there, and so bar nobody; and
-- guardians who seem to be a person who is barred from the same student, or share an address or a number with one: what
-- is sent to them may reach that person.
-- grain: contact_id, student_id, code
-- reads: guardians.guardians, guardians.barred_twins, oneroster.user_rows
insert into day.guardians.findings by name
with barred as (
    select *
    from day.guardians.guardians
    where is_barred
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
    links.file,
    links.line,
    null                                        as field,
    'barred_twin'                               as code,
    links.contact_id                            as sourced_id,
    links.student_id || ', contact ' || twins.barred_contact_id
    || if(twins.barred_student_id = links.student_id, '', ', who is barred from ' || twins.barred_student_id)
    || if(twins.is_withheld, '; the two are not linked', '; the two are linked') as value
from day.guardians.barred_twins as twins
inner join day.guardians.guardians as links using (contact_id, student_id)
