-- oneroster.silenced: about whom a file says nothing by what it leaves out: a row of theirs was left out for an
-- error, or a cell cannot be read that may name a student or make a guardian.
-- grain: file, sourced_id
-- reads: oneroster.left_out, oneroster.person_cells
create or replace view day.oneroster.silenced as
select file, sourced_id
from day.oneroster.left_out
union
select file, sourced_id
from day.oneroster.person_cells
where
    state = 'unreadable'
    and field in ('agent_sourced_ids', 'legal_guardian', 'custody', 'lives_with', 'emergency', 'priority')
