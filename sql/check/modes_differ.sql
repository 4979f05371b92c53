-- sent.findings: files whose rows say another mode than the manifest; the rows win.
-- grain: file
-- reads: sent.modes
insert into day.sent.findings by name
select
    file,
    null                                        as line,
    null                                        as field,
    'mode_differs'                              as code,
    declared || ', its rows are ' || mode       as value
from day.sent.modes
where declared in ('bulk', 'delta') and declared <> mode
