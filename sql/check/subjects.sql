-- sent.findings: rows whose subjects and subjectCodes are lists of different lengths.
-- grain: file, line
-- reads: sent.cells
insert into day.sent.findings by name
select
    subjects.file,
    subjects.line,
    'subjectCodes'                              as field,
    'subjects_differ'                           as code,
    'subjects ' || len(string_split(subjects.value, ',')) || ', subjectCodes '
    || len(string_split(codes.value, ','))      as value
from day.sent.cells as subjects
inner join day.sent.cells as codes on subjects.file = codes.file and subjects.line = codes.line
where
    subjects.field = 'subjects'
    and codes.field = 'subjectCodes'
    and trim(subjects.value) <> ''
    and trim(codes.value) <> ''
    and len(string_split(subjects.value, ',')) <> len(string_split(codes.value, ','))
