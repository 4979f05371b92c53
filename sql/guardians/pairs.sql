-- guardians.pairs: every row that names a pair of contact and student, from either side, with its source
-- (sql/schema/day/guardians.sources.sql says which is stronger).
-- grain: contact_id, student_id, source, line
-- reads: oneroster.user_rows, oneroster.known, oneroster.student_numbers, oneroster.contacts, oneroster.guardians
insert into day.guardians.pairs by name
with students as (
    select distinct sourced_id, contact_key(sourced_id, by_number, sent_id) as contact_key
    from day.oneroster.user_rows
    where record_kind = 'student' and sourced_id is not null
    union
    select sourced_id, if(by_number, null, sourced_id) as contact_key
    from day.oneroster.known
    where record_kind = 'student'
),

-- a staff member's or a student's row that names students is that of a contact as well. Such a row of a student is so
-- only where it says how the two are related: students name their own contacts. Its role is never a contact's
contact_rows as (
    select
        contact_key(sourced_id, by_number, sent_id) as contact_id,
        agent_ids,
        line,
        relationship,
        legal_guardian,
        if(record_kind = 'contact', role, contact_role) as role_sent,
        case
            when relationship is not null or legal_guardian is not null then 'contact_facts'
            when role_sent is not null then 'contact_role'
            else 'contact_bare'
        end                                     as source,
        record_kind = 'contact'                 as is_contact,
        by_number                               as names_source_ids
    from day.oneroster.user_rows
    where
        verdict = 'accepted'
        and contact_key(sourced_id, by_number, sent_id) is not null
        and (
            record_kind = 'contact'
            or (record_kind = 'staff' and (len(agent_ids) > 0 or contact_role is not null))
            or (record_kind in ('staff', 'student') and (relationship is not null or legal_guardian is not null))
        )
    union all by name
    -- of whom a file of changes has no row, what is known is the role
    select
        sourced_id                              as contact_id,
        []::varchar[]                           as agent_ids,
        0                                       as line,
        role                                    as role_sent,
        'contact_role'                          as source,
        true                                    as is_contact,
        false                                   as names_source_ids
    from day.oneroster.known
    where record_kind = 'contact' and role is not null
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
            select contact_key(sourced_id, by_number, sent_id) as key
            from day.oneroster.user_rows
            where verdict = 'rejected' and key is not null
        )
    group by contact_id
    having
        min(hash(relationship, legal_guardian, role_sent)) = max(hash(relationship, legal_guardian, role_sent))
        and any_value(source) <> 'contact_bare'
)

select
    named.* exclude (is_contact, names_source_ids) replace (coalesce(numbers.number, named.student_id) as student_id),
    not $guardians_csv_alone                    as counts
from (select * exclude (agent_ids), unnest(agent_ids) as student_id from contact_rows) as named
left join day.oneroster.student_numbers as numbers
    on named.names_source_ids and named.student_id = numbers.sourced_id
where named.is_contact or coalesce(numbers.number, named.student_id) in (select students.sourced_id from students)
union all by name
select
    named_by_student.contact_id,
    named_by_student.student_id,
    coalesce(nullif(unanimous.line, 0), named_by_student.line) as line,
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
            or role is not null
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
    if(verdict = 'rejected', null, role)        as role_sent,
    no_contact
from day.oneroster.contacts
where contact_id is not null and student_id is not null
union all by name
select
    guardian_id                                 as contact_id,
    student_id,
    if(verdict = 'rejected', null, told_role)   as role_sent,
    case
        when verdict = 'rejected' then 'guardians_left_out'
        when coalesce(told_role, relationship) is not null or legal_guardian is not null then 'guardians_facts'
        else 'guardians_bare'
    end                                         as source,
    true                                        as counts,
    line,
    relationship,
    legal_guardian,
    no_contact
from (
    select
        guardians.*,
        -- a student is nobody's guardian by a role alone
        if(students.sourced_id is null, guardians.role, null) as told_role
    from day.oneroster.guardians as guardians
    left join students on guardians.guardian_id = students.contact_key
)
where guardian_id is not null and student_id is not null
