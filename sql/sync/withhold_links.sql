-- sync.guardian_links: withhold the changes that the gate stopped. An archive that follows a guardian or a student goes
-- with whichever of the two goes, and stays where that one is withheld; nobody is linked who does not come.
-- reads: sync.stopped, sync.users
update day.sync.guardian_links
set withheld = true
where
    case
        when operation = 'archive' and consequence
            then
                contact_roster_id not in (
                    select roster_id from day.sync.users where operation = 'archive' and not withheld
                )
                and student_roster_id not in (
                    select roster_id from day.sync.users where operation = 'archive' and not withheld
                )
        when operation in ('add', 'restore')
            then
                roster_id in (select roster_id from day.sync.stopped where record_type = 'guardian_links')
                or contact_roster_id in (
                    select roster_id from day.sync.users where operation in ('add', 'restore') and withheld
                )
                or student_roster_id in (
                    select roster_id from day.sync.users where operation in ('add', 'restore') and withheld
                )
        else roster_id in (select roster_id from day.sync.stopped where record_type = 'guardian_links')
    end
