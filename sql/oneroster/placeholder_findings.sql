-- oneroster.findings of users.csv: the cells that hold a placeholder for nothing, once.
-- grain: one row
-- reads: raw.users
insert into day.oneroster.findings by name
with told as (
    select
        line,
        given_name,
        family_name,
        middle_name,
        len(regexp_extract_all(
            concat_ws(
                repeat(chr(1), 2),
                '',
                -- columns of users: {field},
                given_name,
                family_name,
                middle_name,
                identifier,
                username,
                email,
                sms,
                phone,
                grades,
                language,
                enabled_user,
                -- end of columns
                relationship,
                agent_sourced_ids,
                ''
            ),
            $placeholder_pattern
        ))                                      as placeholders
    from day.raw.users
),

-- Na and Null are names of people
found as (
    select line
    from told
    where
        placeholders > 0
        and placeholders > coalesce(
            (
                list_contains($placeholders, lower(trim(given_name)))
                and not list_contains($no_given, lower(trim(given_name)))
                and name_of(given_name, family_name) <> ''
            )::int,
            0
        )
        + coalesce(
            (
                list_contains($placeholders, lower(trim(family_name)))
                and not list_contains($no_family, lower(trim(family_name)))
                and name_of(family_name, given_name) <> ''
            )::int,
            0
        )
        + coalesce(
            (
                list_contains($placeholders, lower(trim(middle_name)))
                and middle_name not in (lower(middle_name), upper(middle_name))
            )::int,
            0
        )
)

select
    'users.csv'                                 as file,
    min(line)                                   as line,
    null                                        as field,
    'placeholders_blank'                        as code,
    null                                        as sourced_id,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(line, 3), ', ') as value
from found
having count(*) > 0
