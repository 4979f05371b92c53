-- the files that a spreadsheet has saved.
-- grain: file
-- reads: raw.findings
select distinct file
from day.raw.findings
where code = 'opened_in_spreadsheet'
