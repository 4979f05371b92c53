-- oneroster.findings of classes.csv: one for each row that was left out for an error, or stands there twice.
-- grain: line
-- reads: oneroster.class_rows
insert into day.oneroster.findings by name
select
    'classes.csv'       as file,
    line,
    case reason
        when 'key_missing' then 'sourcedId'
        when 'id_repeated' then 'sourcedId'
        when 'school_missing' then 'schoolSourcedId'
    end                 as field,
    reason              as code,
    sourced_id,
    if(reason = 'id_repeated', sourced_id, null) as value
from day.oneroster.class_rows
where (verdict = 'rejected' and reason <> 'status_unknown') or reason = 'row_repeated'
