-- roster.enrollments of the scratch copy that a replay lived in: classes and people by the numbers of the roster.
-- reads: transition.same, target.roster.enrollments
update target.roster.enrollments
set
    class_roster_id = found.class_roster_id,
    user_roster_id = found.user_roster_id
from (
    select
        enrollments.rowid                       as place,
        coalesce(classes.roster_id, enrollments.class_roster_id) as class_roster_id,
        coalesce(people.roster_id, enrollments.user_roster_id) as user_roster_id
    from target.roster.enrollments as enrollments
    left join day.transition.same as classes
        on enrollments.class_roster_id = classes.replayed_id and classes.kind = 'things'
    left join day.transition.same as people
        on enrollments.user_roster_id = people.replayed_id and people.kind = 'things'
) as found
where target.roster.enrollments.rowid = found.place
