-- every version of the links of a guardian or a student, oldest first.
-- grain: roster_id, since_sync
-- reads: book.roster.guardian_links, book.roster.ids
with ids as (
    select roster_id, arg_max(sourced_id, since_sync) as sourced_id
    from book.roster.ids
    group by roster_id
)

select
    links.roster_id,
    'guardian_links' as record_type,
    key_part(contacts.sourced_id) || '|' || key_part(students.sourced_id) as key,
    links.since_sync,
    links.state,
    links.file,
    links.line,
    links.delivery_sha256,
    links.rule,
    links.role,
    links.relationship,
    links.legal_guardian::varchar as legal_guardian
from book.roster.guardian_links as links
inner join ids as contacts on links.contact_roster_id = contacts.roster_id
inner join ids as students on links.student_roster_id = students.roster_id
where
    list_contains($things, links.contact_roster_id)
    or list_contains($things, links.student_roster_id)
order by links.roster_id, links.since_sync
