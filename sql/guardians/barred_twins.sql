-- guardians.barred_twins: tonight's links beside the bars. Of the same student, the contact may be the person who is
-- barred (sql/macros/seems_to_be.sql). Of a child who is in the files no longer, one who comes with a near
-- name or the same number may be that child. What a person has decided about a pair since the bar was set counts.
-- grain: contact_id, student_id
-- reads: guardians.guardians, guardians.barred, guardians.lifted, oneroster.users
insert into day.guardians.barred_twins by name
with set_at as (
    select contact_id, student_id, min(decisions) as decisions
    from day.guardians.barred
    group by contact_id, student_id
),

-- a child from whom somebody is barred, and who is not in the files
gone as (
    select *
    from day.guardians.barred
    where student_id not in (select sourced_id from day.oneroster.users where record_kind = 'student')
),

children as (
    select distinct
        gone.contact_id                         as barred_contact_id,
        gone.student_id                         as barred_student_id,
        students.sourced_id                     as student_id
    from gone
    inner join day.oneroster.users as students
        on
            students.record_kind = 'student'
            and (
                gone.student_identifier = students.identifier
                or (
                    lower(gone.student_given_name) = lower(students.given_name)
                    and is_near(name_tokens(gone.student_family_name), name_tokens(students.family_name))
                )
            )
    union
    select contact_id as barred_contact_id, student_id as barred_student_id, student_id
    from day.guardians.barred
),

candidates as (
    select
        links.contact_id,
        links.student_id,
        children.barred_contact_id,
        children.barred_student_id,
        contacts.given_name,
        contacts.family_name,
        contacts.email,
        contacts.sms
    from children
    inner join day.guardians.guardians as links on children.student_id = links.student_id
    inner join day.oneroster.users as contacts
        on links.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
    where
        links.role is not null
        and (links.contact_id, links.student_id) not in (select (contact_id, student_id) from set_at)
),

compared as (
    select
        candidates.contact_id,
        candidates.student_id,
        candidates.barred_contact_id,
        candidates.barred_student_id,
        candidates.contact_id = candidates.barred_contact_id as is_same,
        seems_to_be(
            candidates.given_name, candidates.family_name, candidates.email, candidates.sms,
            barred.given_name, barred.family_name, barred.email, barred.sms
        )                                       as likeness
    from candidates
    inner join day.guardians.barred as barred
        on
            candidates.barred_contact_id = barred.contact_id
            and candidates.barred_student_id = barred.student_id
),

judged as (
    select
        contact_id,
        student_id,
        barred_contact_id,
        barred_student_id,
        bool_or(is_same or coalesce(likeness, false)) as is_withheld
    from compared
    where is_same or likeness is not null
    group by all
)

select
    judged.contact_id,
    judged.student_id,
    arg_min(judged.barred_contact_id, (not judged.is_withheld, judged.barred_contact_id)) as barred_contact_id,
    arg_min(judged.barred_student_id, (not judged.is_withheld, judged.barred_contact_id)) as barred_student_id,
    bool_or(judged.is_withheld)                 as is_withheld
from judged
inner join set_at
    on judged.barred_contact_id = set_at.contact_id and judged.barred_student_id = set_at.student_id
anti join day.guardians.lifted as lifted
    on
        judged.contact_id = lifted.contact_id
        and judged.student_id = lifted.student_id
        and set_at.decisions < lifted.decision
group by judged.contact_id, judged.student_id
