-- the columns that tonight's files do not have.
-- grain: file, field
-- reads: oneroster.cell_states
select file, field
from day.oneroster.cell_states
where line is null
