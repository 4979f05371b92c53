-- enrollments.csv from Clever's set: the students of enrollments.csv, and the teachers who stand in the sections; the
-- first of a section is the primary one.
-- grain: none
-- reads: raw.clever_enrollments, raw.sections, raw.students
with teachers as (
    select
        line,
        school_sourced_id,
        sourced_id                              as class_sourced_id,
        unnest([
            teacher_id,
            teacher_2_id,
            teacher_3_id,
            teacher_4_id,
            teacher_5_id,
            teacher_6_id,
            teacher_7_id,
            teacher_8_id,
            teacher_9_id, teacher_10_id
        ])                                      as user_sourced_id,
        unnest(range(1, 11))                    as place
    from day.raw.sections
),

enrollments as (
    select
        'enrollments.csv'                       as sent_file,
        line,
        0                                       as place,
        class_sourced_id,
        school_sourced_id,
        user_sourced_id,
        'student'                               as role,
        null                                    as is_primary,
        'primary'                               as silent
    from day.raw.clever_enrollments
    union all
    select
        'sections.csv'                          as sent_file,
        line,
        place,
        class_sourced_id,
        school_sourced_id,
        if(
            trim(user_sourced_id) in (select trim(students.sourced_id) from day.raw.students as students),
            'staff-' || trim(user_sourced_id), user_sourced_id
        )                                       as user_sourced_id,
        'teacher'                               as role,
        place = 1                               as is_primary,
        null                                    as silent
    from teachers
    where trim(user_sourced_id) <> ''
    qualify
        row_number() over (partition by trim(class_sourced_id), trim(user_sourced_id) order by line, place) = 1
)

select
    class_sourced_id                            as "classSourcedId",
    school_sourced_id                           as "schoolSourcedId",
    user_sourced_id                             as "userSourcedId",
    role,
    is_primary                                  as "primary",
    silent                                      as synthetic,
    sent_file                                   as "sentFile",
    line                                        as "sentLine"
from enrollments
order by sent_file, line, place
