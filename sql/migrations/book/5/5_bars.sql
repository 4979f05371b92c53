-- roster.bars: the links that went because the files barred the two. Which file it was is not known: contacts.csv, if
-- it has ever come.
-- grain: contact_id, student_id
-- reads: book.roster.guardian_links, book.roster.ids, book.roster.sources, book.sync.syncs
create table book.roster.bars as
select
    contacts.sourced_id         as contact_id,
    students.sourced_id         as student_id,
    links.contact_roster_id,
    links.student_roster_id,
    if(contains(links.rule, 'custody'), 'custody', 'no_contact') as kind,
    if(
        exists (select 1 from book.roster.sources where file = 'contacts.csv'), 'contacts.csv', 'guardians.csv'
    )                           as file,
    (select max(sync_date) from book.sync.syncs) as sync_date,
    (select max(decisions) from book.sync.syncs) as decisions,
    (select max(number) from book.sync.syncs) as since_sync,
    null::integer               as until_sync
from book.roster.guardian_links as links
inner join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
inner join book.roster.ids as students on links.student_roster_id = students.roster_id and students.until_sync is null
where
    links.until_sync is null
    and links.state = 'archived'
    and starts_with(links.rule, 'barred: ')
    and not contains(links.rule, 'decision')
