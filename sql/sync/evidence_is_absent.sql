-- whether the delivery lacks something that the links of the baseline were worked out from: a column of users.csv, or
-- contacts.csv or guardians.csv as a whole where the last sync of which nothing was withheld had it.
-- grain: one row
-- reads: raw.columns, book.roster.guardian_links, book.sync.columns, book.sync.syncs
with before as (
    select distinct file
    from book.sync.columns
    where
        file in ('contacts.csv', 'guardians.csv')
        and sync_number = (
            select max(columns.sync_number)
            from book.sync.columns as columns
            inner join book.sync.syncs as syncs on columns.sync_number = syncs.number
            where syncs.number <= $baseline and syncs.outcome = 'applied'
        )
),

lost as (
    select file from before
    except
    select file from day.raw.columns where state = 'used'
),

-- a relationship that contacts.csv or guardians.csv tells is not missed in users.csv
elsewhere as (
    select field
    from day.raw.columns
    where state = 'used' and file in ('contacts.csv', 'guardians.csv')
)

select
    coalesce(
        bool_or(
            list_contains($absent, 'agent_sourced_ids')
            or (
                list_contains($absent, 'relationship')
                and relationship is not null
                and 'relationship' not in (select field from elsewhere)
            )
            or (
                list_contains($absent, 'legal_guardian')
                and legal_guardian is not null
                and 'legal_guardian' not in (select field from elsewhere)
            )
            or exists (select 1 from lost)
        ),
        false
    ) as evidence_is_absent
from book.roster.guardian_links
where in_force(since_sync, until_sync, $baseline) and state = 'active'
