-- classes.csv from Clever's set: the sections, each once where several rows say the same of it.
-- grain: none; rows of one section that differ stay apart
-- reads: raw.sections
select
    sourced_id                                  as "sourcedId",
    coalesce(
        nullif(trim(title), ''),
        nullif(trim(concat_ws(' ', nullif(trim(course_name), ''), nullif(trim(class_code), ''))), '')
    )                                           as title,
    clever_grade(grades)                        as grades,
    class_code                                  as "classCode",
    school_sourced_id                           as "schoolSourcedId",
    periods,
    'sections.csv'                              as "sentFile",
    min(line)                                   as "sentLine"
from day.raw.sections
group by all
order by min(line)
