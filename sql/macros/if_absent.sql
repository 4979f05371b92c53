-- if_absent(field, absent, known, sent): what is known under a column that the file lacks, or whose cell cannot be
-- read; else what was sent.
-- Another file may have given a value: contacts.csv and guardians.csv fill columns that users.csv lacks.
create macro if_absent(field, absent, known, sent) as
if(sent is null and list_contains(absent, field), known, sent)
