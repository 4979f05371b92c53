-- roster.link_support: what supports the links in the target state.
-- grain: roster_id, since_sync
-- reads: target.guardian_links, sync.matched_users, book.roster.guardian_links, book.roster.link_support
insert into book.roster.link_support by name
select
    links.roster_id,
    target.named,
    target.role_source,
    target.role_columns,
    $sync               as since_sync
from day.target.guardian_links as target
inner join day.sync.matched_users as contacts
    on target.contact_id = contacts.sourced_id and contacts.record_type = 'guardians'
inner join day.sync.matched_users as students
    on target.student_id = students.sourced_id and students.record_type = 'students'
inner join book.roster.guardian_links as links
    on
        contacts.roster_id = links.contact_roster_id
        and students.roster_id = links.student_roster_id
        and links.until_sync is null
anti join book.roster.link_support as known
    on links.roster_id = known.roster_id and known.until_sync is null
