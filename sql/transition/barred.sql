-- transition.barred: the pairs that are not to be linked, blocked by a person or barred by the files.
-- grain: contact_roster_id, student_roster_id
-- reads: transition.bars_in_force
insert into day.transition.barred by name
select
    contact_roster_id,
    student_roster_id,
    min(reason)                                 as reason
from day.transition.bars_in_force
where contact_roster_id is not null and student_roster_id is not null
group by all
