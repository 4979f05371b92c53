-- plain_list(cell): a list that is not about ids, such as periods, with commas between its elements where it was
-- written with semicolons, bars, braces or brackets
create macro plain_list(cell) as
if(
    regexp_matches(cell, '[;|{}\[\]]'),
    trim(regexp_replace(
        regexp_replace(trim(cell, ' "{}[];|'), '[;|]|[}\]][ ,]*[{\[]', ',', 'g'), '[\[\]{}"'']', '', 'g'
    )),
    trim(cell, ' "')
)
