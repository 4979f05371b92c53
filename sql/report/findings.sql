-- the findings of a file, in the order of its lines, with the name in the row and the schools whose own affair it is,
-- at most $most of each code. A finding about a whole file is no school's, and neither is one about a contact that
-- names another person: the contact's children may go to different schools. A bar is that of the student's school.
-- grain: none
-- reads: meta.findings, oneroster.user_rows, oneroster.users, oneroster.contacts, oneroster.guardians,
--     oneroster.classes, raw.origins, raw.classes, raw.enrollments, guardians.guardians
with listed as (
    select *
    from day.meta.findings
    where $file is null or file = $file
    qualify
        $most is null
        or row_number() over (
            partition by file, code
            order by line nulls first, field, sourced_id, value
        ) <= $most
),

-- whose rows are concerned: few, however large the district is
families as (
    select
        pairs.contact_id,
        pairs.student_id,
        students.school_ids
    from day.guardians.guardians as pairs
    inner join day.oneroster.users as students
        on pairs.student_id = students.sourced_id and students.record_kind = 'student'
    where pairs.contact_id in (select listed.sourced_id from listed)
),

of_people as (
    select
        rows.line,
        rows.record_kind,
        rows.sourced_id,
        rows.school_ids,
        rows.given_name,
        rows.family_name
    from day.oneroster.user_rows as rows
    where rows.line in (select listed.line from listed where listed.file = 'users.csv')
),

concerned as (
    select
        'users.csv'                             as file,
        line,
        null                                    as value,
        school_ids
    from of_people
    where record_kind is distinct from 'contact'
    union all
    select
        'users.csv'                             as file,
        of_people.line,
        null                                    as value,
        families.school_ids
    from of_people
    inner join families on of_people.sourced_id = families.contact_id
    where of_people.record_kind = 'contact'
    union all
    select
        listed.file,
        listed.line,
        listed.value,
        families.school_ids
    from listed
    inner join families
        on
            listed.sourced_id = families.contact_id
            and (
                listed.value = families.student_id
                or starts_with(listed.value, families.student_id || ' (')
                or starts_with(listed.value, families.student_id || ', ')
            )
    where listed.code in ('contact_barred', 'barred_twin')
    union all
    select
        'classes.csv'                           as file,
        line,
        null                                    as value,
        [trim(school_sourced_id)]               as school_ids
    from day.raw.classes
    where line in (select listed.line from listed where listed.file = 'classes.csv')
    union all
    select
        'enrollments.csv'                       as file,
        rows.line,
        null                                    as value,
        [coalesce(classes.school_id, trim(rows.school_sourced_id))] as school_ids
    from day.raw.enrollments as rows
    left join day.oneroster.classes as classes on trim(rows.class_sourced_id) = classes.sourced_id
    where rows.line in (select listed.line from listed where listed.file = 'enrollments.csv')
    union all
    select
        'contacts.csv'                          as file,
        rows.line,
        null                                    as value,
        students.school_ids
    from day.oneroster.contacts as rows
    inner join day.oneroster.users as students
        on rows.student_id = students.sourced_id and students.record_kind = 'student'
    where rows.line in (select listed.line from listed where listed.file = 'contacts.csv')
    union all
    select
        'guardians.csv'                         as file,
        rows.line,
        null                                    as value,
        students.school_ids
    from day.oneroster.guardians as rows
    inner join day.oneroster.users as students
        on rows.student_id = students.sourced_id and students.record_kind = 'student'
    where rows.line in (select listed.line from listed where listed.file = 'guardians.csv')
),

schools_of_rows as (
    select
        file,
        line,
        value,
        list_sort(list_distinct(flatten(list(school_ids)))) as school_ids
    from concerned
    group by file, line, value
)

select
    coalesce(origins.sent_file, listed.file)    as file,
    coalesce(origins.sent_line, listed.line)    as line,
    if(origins.sent_file is null, null, listed.file) as made_file,
    listed.field,
    listed.code,
    listed.severity,
    listed.sourced_id,
    listed.value,
    of_people.given_name,
    of_people.family_name,
    case
        when
            listed.line is null
            or listed.code in (
                'bar_not_matched', 'agent_student_unknown', 'same_person', 'staff_is_guardian', 'contact_shared',
                'links_one_way', 'class_missing_for_many', 'user_missing_for_many', 'ids_differ'
            ) then []
        else coalesce(schools_of_rows.school_ids, [])
    end                                         as school_ids
from listed
left join day.raw.origins as origins on listed.file = origins.file and listed.line = origins.line
left join of_people on listed.file = 'users.csv' and listed.line = of_people.line
left join schools_of_rows
    on
        listed.file = schools_of_rows.file
        and listed.line = schools_of_rows.line
        and schools_of_rows.value is not distinct from
        if(listed.code in ('contact_barred', 'barred_twin'), listed.value, null)
order by
    list_position(['users.csv', 'classes.csv', 'enrollments.csv'], listed.file),
    listed.file,
    listed.line nulls first,
    listed.code,
    listed.field,
    listed.sourced_id,
    listed.value
