-- whether users.csv has placeholders for nothing, such as --, lists in two layers of quotation marks, values that a
-- spreadsheet changed, lists that are not written as the standard has them, or rows that say of some columns that they
-- say nothing in them.
-- grain: one row
-- reads: oneroster.findings, oneroster.words, raw.findings, raw.users
select
    exists (
        select 1
        from day.oneroster.findings
        where file = 'users.csv' and code in ('placeholders_blank', 'quotes_doubled')
    )
    or exists (select 1 from day.raw.findings where file = 'users.csv' and code = 'opened_in_spreadsheet')
    or exists (select 1 from day.oneroster.words where kind in ('schools', 'agents'))
    or exists (select 1 from day.raw.users where synthetic <> '')
        as has_oddities
