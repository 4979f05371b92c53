-- roster.link_support: who named the two is not known: every file that has come since may have; of the role the file of
-- the row that gave it is known, and not its columns.
-- grain: roster_id
-- reads: book.roster.sources, book.roster.guardian_links, book.sync.syncs
create table book.roster.link_support as
with files as (
    select
        64
        | bit_or(case file when 'users.csv' then 3 when 'contacts.csv' then 4 when 'guardians.csv' then 8 else 0 end)
            as every_file
    from book.roster.sources
    where file <> 'users.csv' or field = 'agent_sourced_ids'
)

select
    links.roster_id,
    files.every_file::utinyint  as named,
    case links.file
        when 'contacts.csv' then 3 when 'guardians.csv' then 6 else
            if(links.relationship is null and links.legal_guardian is null, 7, 4)
    end::utinyint
        as role_source,
    (
        if(links.relationship is null, 0, 1)
        | if(links.legal_guardian is null, 0, 2)
        | if(links.relationship is null and links.legal_guardian is null, 4, 0)
    )::utinyint                 as role_columns,
    (select max(number) from book.sync.syncs) as since_sync,
    null::integer               as until_sync
from book.roster.guardian_links as links
cross join files
where links.until_sync is null and links.state = 'active'
