-- oneroster.findings of classes.csv: the classes without a title, once.
-- grain: one row
-- reads: oneroster.classes, oneroster.cell_states
insert into day.oneroster.findings by name
select
    'classes.csv'       as file,
    min(line)           as line,
    'title'             as field,
    'title_made'        as code,
    null                as sourced_id,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(line, 3), ', ') as value
from day.oneroster.classes
where line in (select line from day.oneroster.cell_states where file = 'classes.csv' and field = 'title')
having count(*) > 0
