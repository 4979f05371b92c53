-- oneroster.student_attributes: see sql/schema/day/oneroster.student_attributes.sql.
-- grain: line
-- reads: raw.student_attributes
insert into day.oneroster.student_attributes by name
select
    raw.line,
    nullif(trim(raw.student_sourced_id), '') as student_id,
    told(raw.attribute, $placeholders) as attribute,
    told(raw.value, $placeholders) as value,
    if(student_id is null, 'row_blank', null) as reason,
    if(reason is null, 'accepted', 'excluded') as verdict
from day.raw.student_attributes as raw
