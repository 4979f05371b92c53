-- name_of(cell, other): a given or family name; null where the cell is blank or stands for nothing. Null, Na, None and
-- Unknown are names of people, and - is one beside another name (`other`), where somebody has a single name; NULL and
-- nan are none, except beside a name in the same letters.
create macro name_of(cell, other) as
case
    when trim(cell) = '-' and regexp_matches(coalesce(other, ''), '\pL') then '-'
    -- letters that were lost: is_garbled
    when regexp_full_match(trim(cell), '\?\?+') then trim(cell)
    when regexp_full_match(trim(cell), '[^\pL\pN]*') then null
    when
        lower(trim(cell)) in (
            'not set', 'n/a', '(none)', '\n', '(null)', '<null>', '[null]', '(blank)', 'undefined'
        ) then null
    when trim(cell) in ('NULL', 'null', 'nan', 'NaN') and not coalesce(
        other <> cell
        and regexp_matches(other, '\pL')
        and other = if(trim(cell) = 'NULL', upper(other), lower(other)), false
    ) then null
    else nullif(trim(cell), '')
end
