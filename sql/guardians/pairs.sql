-- guardians.pairs: every row that names a pair of contact and student, from either side, with its source
-- (sql/schema/day/guardians.sources.sql says which is stronger).
-- grain: contact_id, student_id, source, line
-- reads: oneroster.user_rows, oneroster.contacts, oneroster.guardians
insert into day.guardians.pairs by name
with contact_rows as (
    select
        sourced_id                              as contact_id,
        agent_ids,
        line,
        relationship,
        legal_guardian,
        role                                    as role_sent,
        case
            when relationship is not null or legal_guardian is not null then 'contact_facts'
            when role is not null then 'contact_role'
            else 'contact_bare'
        end                                     as source
    from day.oneroster.user_rows
    where verdict = 'accepted' and record_kind = 'contact'
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
        contact_id,
        min(line)                               as line,
        any_value(relationship)                 as relationship,
        any_value(legal_guardian)               as legal_guardian,
        any_value(role_sent)                    as role_sent,
        any_value(source) || '_for_student'     as source
    from contact_rows
    where
        contact_id not in (
            select sourced_id from day.oneroster.user_rows where verdict = 'rejected' and sourced_id is not null
        )
    group by contact_id
    having
        min(hash(relationship, legal_guardian, role_sent)) = max(hash(relationship, legal_guardian, role_sent))
        and any_value(source) <> 'contact_bare'
)

select
    * exclude (agent_ids),
    unnest(agent_ids)                           as student_id,
    not $guardians_csv_alone                    as counts
from contact_rows
union all by name
select
    named_by_student.contact_id,
    named_by_student.student_id,
    coalesce(unanimous.line, named_by_student.line) as line,
    coalesce(unanimous.source, 'student_bare')  as source,
    not $guardians_csv_alone                    as counts,
    unanimous.relationship,
    unanimous.legal_guardian,
    unanimous.role_sent
from named_by_student
left join unanimous on named_by_student.contact_id = unanimous.contact_id
union all by name
select
    contact_id,
    student_id,
    case
        when verdict = 'rejected' then 'contacts_left_out'
        when
            coalesce(relationship, relationship_display) is not null
            or legal_guardian is not null
            -- a row that does not count may still bar the pair: it goes before those of users.csv
            or $guardians_csv_alone then 'contacts_facts'
        else 'contacts_bare'
    end                                         as source,
    -- a row that was left out keeps a link as it is, wherever the guardians come from
    verdict = 'rejected' or not $guardians_csv_alone as counts,
    line,
    relationship,
    relationship_display,
    legal_guardian,
    custody,
    lives_with,
    emergency,
    priority,
    no_contact
from day.oneroster.contacts
where contact_id is not null and student_id is not null
union all by name
select
    guardian_id                                 as contact_id,
    student_id,
    case
        when verdict = 'rejected' then 'guardians_left_out'
        when coalesce(role, relationship) is not null or legal_guardian is not null then 'guardians_facts'
        else 'guardians_bare'
    end                                         as source,
    true                                        as counts,
    line,
    relationship,
    legal_guardian,
    if(verdict = 'rejected', null, role)        as role_sent,
    no_contact
from day.oneroster.guardians
where guardian_id is not null and student_id is not null
