-- whether names of tonight's files may be damaged.
-- grain: one row
-- reads: meta.findings
select count(*) > 0 as has_damaged_names
from day.meta.findings
where
    code in (
        'letters_garbled', 'quotation_marks_kept', 'line_break_in_value', 'row_mended', 'backslashes_read',
        'quotation_mark_open'
    )
