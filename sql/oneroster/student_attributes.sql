-- oneroster.student_attributes: see sql/schema/day/oneroster.student_attributes.sql.
-- grain: line
-- reads: raw.student_attributes, oneroster.words
insert into day.oneroster.student_attributes by name
select
    raw.line,
    nullif(trim(raw.student_sourced_id), '') as student_id,
    if(list_contains($placeholders, lower(trim(raw.attribute))), null, nullif(trim(raw.attribute), '')) as attribute,
    if(list_contains($placeholders, lower(trim(raw.value))), null, nullif(trim(raw.value), '')) as value,
    case
        when coalesce(trim(raw.student_sourced_id), '') = '' then 'row_blank'
        when coalesce(trim(raw.student_sourced_id), '') = '' then 'further_key_missing'
    end as reason,
    case reason when 'row_blank' then 'excluded' when 'further_key_missing' then 'rejected' else 'accepted' end
        as verdict
from day.raw.student_attributes as raw
