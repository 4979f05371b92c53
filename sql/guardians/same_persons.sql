-- guardians.same_persons: guardians under several ids who are probably one person, and staff who are guardians too:
--     the same e-mail and the same name
--     the same e-mail under other names, where the two have no student in common: parents may share one
--     the same mobile number and the same name
-- Never by name alone. Names are compared without accents, capital letters and punctuation.
-- An address or a number of more than 20 is an office's, and proposes nobody (a mother of two can be seven contacts
-- after a change of system). Each id is set beside the first of its group, never beside every other, so that the work
-- grows with the number of people alone.
-- grain: first_id, second_id
-- reads: guardians.guardians, oneroster.users
insert into day.guardians.same_persons by name
with people as (
    select
        sourced_id,
        record_kind = 'staff'                   as is_staff,
        email,
        sms,
        given_name,
        family_name
    from day.oneroster.users
    where
        record_kind = 'staff'
        or (not by_number and sourced_id in (select contact_id from day.guardians.guardians where role is not null))
),

by_email as (
    select *
    from people
    where
        email in (
            select email
            from people
            where email is not null
            group by email
            having count(*) between 2 and 20 and not bool_and(is_staff)
        )
),

by_mobile as (
    select *
    from people
    where
        sms in (
            select sms
            from people
            where sms is not null
            group by sms
            having count(*) between 2 and 20 and not bool_and(is_staff)
        )
),

named as (
    select
        'e-mail'                                as kind,
        email                                   as shared,
        sourced_id,
        is_staff,
        given_name,
        family_name
    from by_email
    union all
    select
        'mobile number'                         as kind,
        sms                                     as shared,
        sourced_id,
        is_staff,
        given_name,
        family_name
    from by_mobile
),

-- a list for every guardian of the district would cost more than all the rest
students as (
    select
        contact_id,
        list(student_id)                        as students
    from day.guardians.guardians
    where role is not null and contact_id in (select by_email.sourced_id from by_email)
    group by contact_id
),

-- one row per name under one address or number
names as (
    select
        kind,
        shared,
        nullif(
            regexp_replace(
                lower(strip_accents(concat(coalesce(given_name, ''), coalesce(family_name, '')))),
                '[^\pL\pN]+', '', 'g'
            ),
            ''
        )                                       as name,
        list(struct_pack(sourced_id := sourced_id, is_staff := is_staff) order by sourced_id) as members,
        list_distinct(flatten(list(coalesce(students.students, [])))) as students
    from named
    left join students on named.sourced_id = students.contact_id
    group by all
),

with_name as (
    select
        kind || ' and name'                     as evidence,
        members[1]                              as first,
        unnest(members[2:])                     as second
    from names
    where name is not null
),

-- under one e-mail address: the first name's first id, and that of each other name
by_address as (
    select
        *,
        first_value(members[1]) over (partition by shared order by members[1].sourced_id) as first,
        first_value(students) over (partition by shared order by members[1].sourced_id) as first_students
    from names
    where kind = 'e-mail'
),

with_address as (
    select
        'e-mail'                                as evidence,
        by_address.first,
        by_address.members[1]                              as second
    from by_address
    where
        first.sourced_id <> by_address.members[1].sourced_id
        and not list_has_any(by_address.students, by_address.first_students)
)

select
    least(first.sourced_id, second.sourced_id)  as first_id,
    greatest(first.sourced_id, second.sourced_id) as second_id,
    min(evidence order by length(evidence) desc, evidence) as evidence,
    bool_or(first.is_staff or second.is_staff)  as has_staff
from (
    select * from with_name
    union all
    select * from with_address
)
where not (first.is_staff and second.is_staff)
group by all
