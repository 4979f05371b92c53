-- the files that end in the middle of a row: what is missing from them may only have been lost.
-- grain: file
-- reads: raw.findings
select distinct file
from day.raw.findings
where code = 'further_file_cut_off'
