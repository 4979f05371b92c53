-- oneroster.findings of users.csv and enrollments.csv: values of enabledUser and primary that are neither yes nor no,
-- once per file.
-- grain: file, field
-- reads: oneroster.cell_states
insert into day.oneroster.findings by name
select
    cells.file,
    min(cells.line)           as line,
    if(cells.field = 'is_primary', 'primary', 'enabledUser') as field,
    'answers_unknown'   as code,
    null                as sourced_id,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(cells.line, 3), ', ') as value
from day.oneroster.cell_states as cells
where cells.field in ('is_primary', 'enabled_user') and cells.state = 'unreadable'
group by cells.file, cells.field
