-- users.csv from Clever's set: students, teachers and staff, each with the schools of all rows that say the same of the
-- person. An employee whose id a student has too is known by staff- and the id: the ids of the two are apart.
-- grain: none; rows of one person that differ stay apart
-- reads: raw.students, raw.teachers, raw.staff
with people as (
    select
        'students.csv'                          as sent_file,
        1                                       as place,
        'student'                               as role,
        $silent_students                        as silent,
        line, sourced_id, org_sourced_ids, username, given_name, family_name, middle_name, identifier, email, grades,
        language
    from day.raw.students
    union all by name
    select
        'teachers.csv'                          as sent_file,
        2                                       as place,
        'teacher'                               as role,
        $silent_teachers                        as silent,
        line, sourced_id, org_sourced_ids, username, given_name, family_name, middle_name, identifier, email
    from day.raw.teachers
    union all by name
    select
        'staff.csv'                             as sent_file,
        3                                       as place,
        if(sourced_id in (select teachers.sourced_id from day.raw.teachers as teachers), 'teacher', 'aide') as role,
        $silent_staff                           as silent,
        line, sourced_id, org_sourced_ids, username, given_name, family_name, middle_name, email
    from day.raw.staff
),

grouped as (
    select
        min(line)                               as line,
        string_agg(distinct nullif(trim(org_sourced_ids), ''), ',' order by nullif(trim(org_sourced_ids), ''))
            as schools,
        -- rows without an id are nobody's
        if(coalesce(trim(sourced_id), '') = '', line, null) as nobody,
        * exclude (line, org_sourced_ids)
    from people
    group by all
)

select
    if(
        place > 1 and trim(sourced_id) in (select trim(students.sourced_id) from day.raw.students as students),
        'staff-' || trim(sourced_id), sourced_id
    )                                           as "sourcedId",
    schools                                     as "orgSourcedIds",
    role,
    username,
    given_name                                  as "givenName",
    family_name                                 as "familyName",
    middle_name                                 as "middleName",
    identifier,
    email,
    clever_grade(grades)                        as grades,
    language,
    nullif(silent, '')                          as synthetic,
    sent_file                                   as "sentFile",
    line                                        as "sentLine"
from grouped
order by place, line
