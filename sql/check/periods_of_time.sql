-- sent.findings: sessions and enrollments that end before or on the day that they begin on (the end is exclusive).
-- grain: file, line
-- reads: sent.elements
insert into day.sent.findings by name
select
    begins.file,
    begins.line,
    ends.field,
    'end_not_after_begin'                       as code,
    begins.value || ' to ' || ends.value        as value
from day.sent.elements as begins
inner join day.sent.elements as ends on begins.file = ends.file and begins.line = ends.line
where
    (begins.field, ends.field) in (('startDate', 'endDate'), ('beginDate', 'endDate'))
    and begins.is_sound
    and ends.is_sound
    and ends.value <= begins.value
