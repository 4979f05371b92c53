-- target.guardian_links: the links that stood after sync $target of the attached roster, but for the pairs that are
-- barred, by a decision or by the files of any night up to now.
-- grain: contact_id, student_id
-- reads: book.roster.guardian_links, book.roster.link_support, book.roster.ids, guardians.blocked
insert into day.target.guardian_links by name
with ids as (
    select roster_id, record_type, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $target)
)

select
    if($keeps_ids, links.roster_id, null)           as roster_id,
    contacts.sourced_id                             as contact_id,
    students.sourced_id                             as student_id,
    links.role,
    links.rule,
    links.relationship,
    links.legal_guardian,
    coalesce(support.named, 79)                     as named,
    coalesce(support.role_source, 4)                as role_source,
    coalesce(support.role_columns, 127)             as role_columns,
    links.file,
    links.line,
    links.delivery_sha256                           as origin_sha256
from book.roster.guardian_links as links
inner join ids as contacts on links.contact_roster_id = contacts.roster_id
inner join ids as students on links.student_roster_id = students.roster_id
left join book.roster.link_support as support
    on links.roster_id = support.roster_id and in_force(support.since_sync, support.until_sync, $target)
where
    in_force(links.since_sync, links.until_sync, $target)
    and links.state = 'active'
    and (contacts.sourced_id, students.sourced_id) not in (select contact_id, student_id from day.guardians.blocked)
