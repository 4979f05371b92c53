-- whether users.csv has placeholders for nothing, such as --.
-- grain: one row
-- reads: oneroster.findings
select count(*) > 0 as has_placeholders
from day.oneroster.findings
where file = 'users.csv' and code = 'placeholders_blank'
