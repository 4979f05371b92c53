-- plain_list(cell): a list that is not about ids, such as periods, with commas between its elements where it was
-- written with semicolons, bars, braces or brackets
create macro plain_list(cell) as
if(
    regexp_matches(cell, '[;|\x7b\x7d\[\]]'),
    trim(regexp_replace(
        regexp_replace(
            trim(cell, ' "[];|' || chr(123) || chr(125)), '[;|]|[\x7d\]][ ,]*[\x7b\[]', ',', 'g'
        ),
        '[\[\]\x7b\x7d"'']', '', 'g'
    )),
    trim(cell, ' "')
)
