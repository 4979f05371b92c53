-- name_of(cell, other): a given or family name; null where the cell is blank or stands for nothing. Null, Na, None and
-- Unknown are names of people; NULL is none, except beside another name (`other`) in capital letters.
create macro name_of(cell, other) as
case
    when regexp_full_match(trim(cell), '[^\pL\pN]*') then null
    when lower(trim(cell)) in ('not set', 'n/a', '(none)', '\n') then null
    when trim(cell) in ('NULL', 'null') and not coalesce(
        other <> cell
        and regexp_matches(other, '\pL')
        and other = if(trim(cell) = 'NULL', upper(other), lower(other)), false
    ) then null
    else nullif(trim(cell), '')
end
