-- guardians.pairs: every pair of contact and student that the delivery names, from either side.
-- grain: contact_id, student_id, relationship, legal_guardian, role_sent
-- reads: oneroster.user_rows
insert into day.guardians.pairs by name
with contact_rows as (
    select *
    from day.oneroster.user_rows
    where verdict = 'accepted' and record_kind = 'contact'
),

named_by_contact as (
    select
        sourced_id                              as contact_id,
        unnest(agent_ids)                       as student_id,
        line,
        relationship,
        legal_guardian,
        role                                    as role_sent
    from contact_rows
),

named_by_student as (
    select
        unnest(agent_ids)                       as contact_id,
        sourced_id                              as student_id,
        line
    from day.oneroster.user_rows
    where verdict = 'accepted' and record_kind = 'student'
),

-- what a contact's rows say of it when they all say the same: only then may it speak for a pair it does not name.
-- A row that was left out may be the very one about that student.
unanimous as (
    select
        sourced_id                              as contact_id,
        min(line)                               as line,
        min(relationship)                       as relationship,
        bool_and(legal_guardian)                as legal_guardian,
        min(role)                               as role_sent
    from contact_rows
    where
        sourced_id not in (
            select sourced_id from day.oneroster.user_rows where verdict = 'rejected' and sourced_id is not null
        )
    group by sourced_id
    having count(distinct hash(relationship, legal_guardian, role)) = 1
)

select *
from named_by_contact
union all
select
    named_by_student.contact_id,
    named_by_student.student_id,
    coalesce(unanimous.line, named_by_student.line) as line,
    unanimous.relationship,
    unanimous.legal_guardian,
    unanimous.role_sent
from named_by_student
anti join named_by_contact
    on
        named_by_student.contact_id = named_by_contact.contact_id
        and named_by_student.student_id = named_by_contact.student_id
left join unanimous on named_by_student.contact_id = unanimous.contact_id
