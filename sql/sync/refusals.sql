-- the findings for which the whole delivery is rejected.
-- grain: file, code
-- reads: meta.findings
select distinct file, code
from day.meta.findings
where refuses
