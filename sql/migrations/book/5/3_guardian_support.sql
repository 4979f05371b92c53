-- roster.guardian_support: which files gave what is not known: every one that has come since, all of which must be
-- complete before something is withdrawn.
-- grain: roster_id
-- reads: book.roster.sources, book.roster.users, book.sync.syncs
create table book.roster.guardian_support as
with files as (
    select
        bit_or(case file when 'users.csv' then 1 when 'contacts.csv' then 2 when 'guardians.csv' then 4 else 0 end) | 64
            as every_file
    from book.roster.sources
)

select
    users.roster_id,
    files.every_file::utinyint  as record,
    files.every_file::utinyint  as email,
    files.every_file::utinyint  as sms,
    files.every_file::utinyint  as phone,
    files.every_file::utinyint  as language,
    (select max(number) from book.sync.syncs) as since_sync,
    null::integer               as until_sync
from book.roster.users as users
cross join files
where
    users.until_sync is null
    and users.record_type = 'guardians'
    and users.state = 'active'
    -- where users.csv alone has come there is nothing to ask
    and files.every_file <> 65
