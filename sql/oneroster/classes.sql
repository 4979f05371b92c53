-- oneroster.classes: the classes of the schools that take part.
-- grain: sourced_id
-- reads: raw.classes, oneroster.class_rows, oneroster.words, meta.schools
insert into day.oneroster.classes by name
select
    raw.line,
    rows.sourced_id,
    trim(raw.title)                             as title,
    if(grades.sent is null, nullif(trim(raw.grades, ' "'), ''), grades.meant) as grades,
    -- a school that sends its own files may leave the school's id out
    coalesce(nullif(trim(raw.school_sourced_id), ''), (select min(school_id) from day.meta.schools)) as school_id,
    nullif(trim(raw.periods, ' "'), '')          as periods,
    nullif(trim(raw.location), '')              as location,
    nullif(trim(raw.class_code), '')            as class_code,
    nullif(trim(raw.class_type), '')            as class_type,
    nullif(trim(raw.course_sourced_id), '')     as course_sourced_id,
    nullif(trim(raw.term_sourced_ids, ' "'), '') as term_sourced_ids
from day.raw.classes as raw
inner join day.oneroster.class_rows as rows on raw.line = rows.line
left join day.oneroster.words as grades on trim(raw.grades, ' "') = grades.sent and grades.kind = 'grades'
where rows.verdict = 'accepted'
