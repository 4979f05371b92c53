-- oneroster.person_cells: the cells of oneroster.cell_states in the rows that count, by the person whose they are.
-- grain: file, sourced_id, by_number, line, field
-- reads: oneroster.cell_states, oneroster.user_rows, oneroster.contacts, oneroster.guardians
create or replace view day.oneroster.person_cells as
select cells.file, cells.line, people.sourced_id, people.by_number, cells.field, cells.state
from day.oneroster.cell_states as cells
inner join day.oneroster.user_rows as people on cells.line = people.line
where cells.file = 'users.csv' and people.verdict = 'accepted'
union all
select cells.file, cells.line, people.contact_id as sourced_id, false as by_number, cells.field, cells.state
from day.oneroster.cell_states as cells
inner join day.oneroster.contacts as people on cells.line = people.line
where cells.file = 'contacts.csv' and people.verdict = 'accepted'
union all
select cells.file, cells.line, people.guardian_id as sourced_id, false as by_number, cells.field, cells.state
from day.oneroster.cell_states as cells
inner join day.oneroster.guardians as people on cells.line = people.line
where cells.file = 'guardians.csv' and people.verdict = 'accepted'
