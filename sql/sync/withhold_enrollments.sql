-- sync.enrollments: withhold the changes that the gate stopped. An archive that follows a person or a class goes with
-- whichever of the two goes, and stays where that one is withheld; nobody is enrolled who, or in what, does not come.
-- reads: sync.stopped, sync.users, sync.classes
update day.sync.enrollments
set withheld = true
where
    case
        when operation = 'archive' and consequence
            then
                user_roster_id not in (
                    select roster_id from day.sync.users where operation = 'archive' and not withheld
                )
                and class_roster_id not in (
                    select roster_id from day.sync.classes where operation = 'archive' and not withheld
                )
        when operation in ('add', 'restore')
            then
                roster_id in (select roster_id from day.sync.stopped where record_type = 'enrollments')
                or user_roster_id in (
                    select roster_id from day.sync.users where operation in ('add', 'restore') and withheld
                )
                or class_roster_id in (
                    select roster_id from day.sync.classes where operation in ('add', 'restore') and withheld
                )
        else roster_id in (select roster_id from day.sync.stopped where record_type = 'enrollments')
    end
