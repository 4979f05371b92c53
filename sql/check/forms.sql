-- sent.findings: values that do not have the form of their type.
-- grain: none
-- reads: sent.elements
insert into day.sent.findings by name
select distinct
    file,
    line,
    field,
    kind || '_wrong'                            as code,
    value[:100]                                 as value
from day.sent.elements
where not is_sound
