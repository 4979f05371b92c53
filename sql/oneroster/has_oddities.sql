-- whether users.csv has placeholders for nothing, such as --, or lists in two layers of quotation marks.
-- grain: one row
-- reads: oneroster.findings
select count(*) > 0 as has_oddities
from day.oneroster.findings
where file = 'users.csv' and code in ('placeholders_blank', 'quotes_doubled')
