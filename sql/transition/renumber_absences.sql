-- roster.absences of the scratch copy that a replay lived in: the numbers of the roster.
-- reads: transition.same
update target.roster.absences
set roster_id = same.roster_id
from day.transition.same as same
where
    target.roster.absences.roster_id = same.replayed_id
    and same.kind = if(
        target.roster.absences.record_type in ('enrollments', 'guardian_links'),
        target.roster.absences.record_type,
        'things'
    )
