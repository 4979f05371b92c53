-- raw.contact_rows: see sql/schema/formats/raw.contact_rows.sql. Without an id of its own a contact is known by name
-- and e-mail, else by name and number, else by name and student. An id that a student or an employee of another name
-- has too is another person's: ids of contacts are apart from theirs.
-- grain: line
-- reads: raw.students, raw.teachers, raw.staff, raw.names
insert into day.raw.contact_rows by name
with sent as (
    select
        students.line,
        trim(students.sourced_id)               as student_id,
        nullif(trim(students.contact_sis_id), '') as sent_id,
        nullif(trim(students.contact_relationship), '') as relationship,
        lower(trim(coalesce(students.contact_relationship, ''))) as relationship_word,
        lower(trim(coalesce(students.contact_type, ''))) as type_word,
        nullif(trim(students.contact_name), '') as name,
        nullif(names.given_name, '')            as given_name,
        nullif(names.family_name, '')           as family_name,
        nullif(lower(trim(students.contact_email)), '') as email,
        nullif(trim(students.contact_phone), '') as number,
        lower(trim(coalesce(students.contact_phone_type, ''))) in ('cell', 'mobile', 'cell phone', 'mobile phone')
            as is_mobile
    from day.raw.students as students
    left join day.raw.names as names
        on
            trim(students.contact_name) = names.name
            and trim(students.family_name) is not distinct from names.student_family_name
),

chosen as (
    select *
    from sent
    where
        coalesce(sent_id, name) is not null
        and student_id <> ''
        -- a student who is named as his own contact
        and relationship_word <> 'self'
        and (type_word = '' or list_contains($contact_types, type_word))
        and (not $has_relationships or list_contains($contact_relationships, relationship_word))
),

others as (
    select trim(sourced_id) as sourced_id, trim(given_name) as given_name, trim(family_name) as family_name
    from day.raw.students
    union
    select trim(sourced_id) as sourced_id, trim(given_name) as given_name, trim(family_name) as family_name
    from day.raw.teachers
    union
    select trim(sourced_id) as sourced_id, trim(given_name) as given_name, trim(family_name) as family_name
    from day.raw.staff
),

of_others as (
    select
        chosen.sent_id,
        coalesce(bool_or(
            lower(chosen.given_name) = lower(others.given_name)
            and lower(chosen.family_name) = lower(others.family_name)
        ), false)                                       as is_same
    from chosen
    inner join others on chosen.sent_id = others.sourced_id
    group by chosen.sent_id
)

select
    chosen.line,
    case
        when chosen.sent_id is null
            then 'contact-' || left(
                sha256(
                    lower(regexp_replace(chosen.name, '[^\pL\pN]+', ' ', 'g')) || '|'
                    || coalesce(
                        chosen.email,
                        nullif(right(regexp_replace(chosen.number, '[^0-9]', '', 'g'), 10), ''),
                        'student ' || chosen.student_id
                    )
                ), 20
            )
        when not of_others.is_same then 'contact-' || chosen.sent_id
        else chosen.sent_id
    end                                         as contact_id,
    chosen.student_id,
    chosen.relationship,
    case
        when
            chosen.relationship_word in (
                'parent', 'mother', 'father', 'mom', 'dad', 'stepmother', 'stepfather', 'step-mother', 'step-father',
                'step mother', 'step father', 'stepparent', 'step-parent', 'step parent', 'm', 'f'
            )
            then 'parent'
        when
            chosen.relationship_word in (
                'guardian', 'legal guardian', 'foster parent', 'foster mother', 'foster father', 'caregiver',
                'parent/guardian'
            )
            then 'guardian'
        when
            chosen.relationship_word in (
                'grandparent', 'grandmother', 'grandfather', 'aunt/uncle', 'aunt', 'uncle', 'sibling', 'brother',
                'sister', 'cousin', 'relative', 'family'
            )
            then if(chosen.type_word = 'parent/guardian', 'guardian', 'relative')
        when chosen.type_word = 'parent/guardian' then 'guardian'
    end                                         as role,
    chosen.given_name,
    chosen.family_name,
    chosen.email,
    chosen.number,
    chosen.is_mobile
from chosen
left join of_others using (sent_id)
