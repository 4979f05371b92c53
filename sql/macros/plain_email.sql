-- plain_email(cell): the e-mail address of a cell in small letters, also where it is in brackets or quotation marks, or
-- behind a name or mailto:; null where there is none, or more than one
create macro plain_email(cell) as
case
    when is_email(cell) then lower(trim(cell))
    when is_email(regexp_extract(cell, '^[^@<>]*<(?i:mailto:)?([^<>]*)>\s*$', 1))
        then lower(trim(regexp_extract(cell, '^[^@<>]*<(?i:mailto:)?([^<>]*)>\s*$', 1)))
    when is_email(regexp_extract(cell, '^[\s"''(\[]*(?i:mailto:)?\s*(.*?)[\s"'')\].;,]*$', 1))
        then lower(trim(regexp_extract(cell, '^[\s"''(\[]*(?i:mailto:)?\s*(.*?)[\s"'')\].;,]*$', 1)))
end
