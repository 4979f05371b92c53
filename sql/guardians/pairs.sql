-- guardians.pairs: every row that names a pair of contact and student, from either side, with how strong it is. Of a
-- pair only the rows of its strongest source are judged:
--      1  a row of contacts.csv that was left out for an error: the pair is not linked anew while it has one
--      2  the same, of guardians.csv
--      3  contacts.csv: made to say what a contact is to a student
--      4  the relationship columns of users.csv, in a row that names the student
--      5  the same, of a contact that only the student names, where all its rows say the same
--      6  guardians.csv: a role that somebody has set for this student; facts about the two come before it
--      7  the role in a row of users.csv that names the student: it is the person's, not the pair's
--      8  the same, of a contact that only the student names
--      9  to 12  rows that say nothing but that the two belong together: contacts.csv, guardians.csv, users.csv's of
--         the contact and of the student
--     21  and more: rows that do not count, because the district has its guardians from guardians.csv alone
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
            when relationship is not null or legal_guardian is not null then 4
            when role is not null then 7
            else 11
        end + if($guardians_csv_alone, 20, 0)   as source
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
        min(source) + 1                         as source
    from contact_rows
    where
        contact_id not in (
            select sourced_id from day.oneroster.user_rows where verdict = 'rejected' and sourced_id is not null
        )
    group by contact_id
    having
        min(hash(relationship, legal_guardian, role_sent)) = max(hash(relationship, legal_guardian, role_sent))
        and min(source) not in (11, 31)
)

select
    * exclude (agent_ids),
    unnest(agent_ids)                           as student_id
from contact_rows
union all by name
select
    named_by_student.contact_id,
    named_by_student.student_id,
    coalesce(unanimous.line, named_by_student.line) as line,
    coalesce(unanimous.source, if($guardians_csv_alone, 32, 12)) as source,
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
        when verdict = 'rejected' then 1
        when $guardians_csv_alone then 23
        when coalesce(relationship, relationship_display) is not null or legal_guardian is not null then 3
        else 9
    end                                         as source,
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
        when verdict = 'rejected' then 2
        when coalesce(role, relationship) is not null or legal_guardian is not null then 6
        else 10
    end                                         as source,
    line,
    relationship,
    legal_guardian,
    if(verdict = 'rejected', null, role)        as role_sent,
    no_contact
from day.oneroster.guardians
where guardian_id is not null and student_id is not null
