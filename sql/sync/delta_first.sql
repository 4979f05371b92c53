-- sync.findings: changes, and no roster yet that they could be applied to.
-- grain: one row
-- reads: raw.deltas
insert into day.sync.findings by name
select
    min(file)                                   as file,
    'delta_first'                               as code
from day.raw.deltas
where file in ('users.csv', 'classes.csv', 'enrollments.csv')
