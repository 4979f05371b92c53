-- the guardians of a student, or the students of a guardian, as they are linked now, each with the rule that says so.
-- grain: roster_id, is_guardian
-- reads: book.roster.guardian_links, book.roster.users
select
    users.roster_id,
    links.student_roster_id = $roster_id as is_guardian,  -- of the person; else the person is the other's
    users.given_name,
    users.family_name,
    links.role,
    links.rule,
    links.relationship
from book.roster.guardian_links as links
inner join book.roster.users as users
    on
        users.roster_id
        = case when links.student_roster_id = $roster_id then links.contact_roster_id else links.student_roster_id end
        and users.until_sync is null
where
    $roster_id in (links.student_roster_id, links.contact_roster_id)
    and links.until_sync is null
    and links.state = 'active'
order by is_guardian desc, users.family_name, users.given_name, users.roster_id
