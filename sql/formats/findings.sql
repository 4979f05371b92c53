-- what was found when the files of a set were read.
-- grain: none
-- reads: raw.findings
select file, line, field, code, sourced_id, value
from day.raw.findings
order by file, line nulls first, code
