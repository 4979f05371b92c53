-- words such as Unknown that stand in the place of most given or family names of users.csv: they are names of people,
-- and no names where most have them.
-- grain: field, word
-- reads: raw.users
with named as (
    select 'given_name' as field, lower(trim(given_name)) as word from day.raw.users
    union all
    select 'family_name' as field, lower(trim(family_name)) as word from day.raw.users
),

counted as (
    select
        field,
        word,
        count(*)                                as many,
        sum(count(*)) over (partition by field) as all_of_field
    from named
    where word <> ''
    group by field, word
)

select field, word
from counted
where list_contains($placeholders, word) and many >= 10 and many * 2 > all_of_field
