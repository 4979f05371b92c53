-- whether names of tonight's files are garbled.
-- grain: one row
-- reads: oneroster.findings
select count(*) > 0 as has_garbled_names
from day.oneroster.findings
where code = 'letters_garbled'
