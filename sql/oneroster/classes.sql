-- oneroster.classes: the classes of the schools that take part.
-- grain: sourced_id
-- reads: raw.classes, oneroster.class_rows, oneroster.words, meta.schools
insert into day.oneroster.classes by name
select
    raw.line,
    rows.sourced_id,
    -- class_titles looks for a better name
    coalesce(title_sent(raw.title), nullif(trim(raw.class_code), ''), rows.sourced_id) as title,
    if(
        grades.sent is null, nullif(trim(unless_synthetic(raw.grades, 'grades', raw.synthetic), ' "'), ''), grades.meant
    ) as grades,
    -- a school that sends its own files may leave the school's id out
    coalesce(nullif(trim(raw.school_sourced_id), ''), (select min(school_id) from day.meta.schools)) as school_id,
    nullif(plain_list(unless_synthetic(raw.periods, 'periods', raw.synthetic)), '') as periods,
    nullif(trim(unless_synthetic(raw.location, 'location', raw.synthetic)), '') as location,
    nullif(trim(unless_synthetic(raw.class_code, 'classCode', raw.synthetic)), '') as class_code,
    nullif(trim(unless_synthetic(raw.class_type, 'classType', raw.synthetic)), '') as class_type,
    nullif(trim(unless_synthetic(raw.course_sourced_id, 'courseSourcedId', raw.synthetic)), '') as course_sourced_id,
    nullif(plain_list(unless_synthetic(raw.term_sourced_ids, 'termSourcedIds', raw.synthetic)), '') as term_sourced_ids
from day.raw.classes as raw
inner join day.oneroster.class_rows as rows on raw.line = rows.line
left join
    day.oneroster.words as grades
    on trim(unless_synthetic(raw.grades, 'grades', raw.synthetic), ' "') = grades.sent and grades.kind = 'grades'
where rows.verdict = 'accepted'
