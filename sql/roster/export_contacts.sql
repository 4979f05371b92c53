-- contacts.csv of the roster as after sync $sync: what each contact is to each of its students, where users.csv cannot
-- say it because it is not the same for all of them.
-- grain: contactSourcedId, studentSourcedId
-- reads: book.roster.guardian_links, book.roster.ids
with ids as (
    select roster_id, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $sync)
)

select
    contact_ids.sourced_id                                  as "contactSourcedId",
    student_ids.sourced_id                                  as "studentSourcedId",
    links.relationship,
    links.legal_guardian                                    as "legalGuardian"
from book.roster.guardian_links as links
inner join ids as contact_ids on links.contact_roster_id = contact_ids.roster_id
inner join ids as student_ids on links.student_roster_id = student_ids.roster_id
where
    in_force(links.since_sync, links.until_sync, $sync)
    and links.state = 'active'
    and (links.relationship is not null or links.legal_guardian is not null)
order by contact_ids.sourced_id, student_ids.sourced_id
