-- oneroster.findings of users.csv: each kind of value that was read more kindly than it was written, once, with how
-- many there are and on which lines the first ones stand.
-- grain: code
-- reads: raw.users
insert into day.oneroster.findings by name
with told as (
    select
        line,
        coalesce(sourced_id <> trim(sourced_id), false)
        or coalesce(org_sourced_ids <> trim(org_sourced_ids), false)
        or coalesce(role <> trim(role), false)
        or coalesce(given_name <> trim(given_name), false)
        or coalesce(family_name <> trim(family_name), false)
        or coalesce(email <> trim(email), false)
        or coalesce(agent_sourced_ids <> trim(agent_sourced_ids), false) as is_padded,
        role <> lower(role)                     as has_capitals,
        -- legalGuardian is none of the standard's columns: 1 and 0 are as good there
        coalesce(enabled_user not in ('true', 'false', ''), false) as has_flag,
        coalesce(not yes_no(enabled_user), false) as is_disabled,
        is_garbled(concat_ws(' ', given_name, family_name, middle_name)) as is_garbled,
        coalesce(starts_with(org_sourced_ids, '"') and ends_with(org_sourced_ids, '"'), false)
        or coalesce(starts_with(agent_sourced_ids, '"') and ends_with(agent_sourced_ids, '"'), false)
        or coalesce(starts_with(grades, '"') and ends_with(grades, '"'), false) as has_quotes
    from day.raw.users
),

counted as (
    select
        unnest([
            struct_pack(
                code := 'values_padded',
                many := count(*) filter (where is_padded),
                first := min(line, 3) filter (where is_padded)
            ),
            struct_pack(
                code := 'words_in_other_case',
                many := count(*) filter (where has_capitals),
                first := min(line, 3) filter (where has_capitals)
            ),
            struct_pack(
                code := 'flags_mapped',
                many := count(*) filter (where has_flag),
                first := min(line, 3) filter (where has_flag)
            ),
            struct_pack(
                code := 'letters_garbled',
                many := count(*) filter (where is_garbled),
                first := min(line, 3) filter (where is_garbled)
            ),
            struct_pack(
                code := 'users_disabled',
                many := count(*) filter (where is_disabled),
                first := min(line, 3) filter (where is_disabled)
            ),
            struct_pack(
                code := 'quotes_doubled',
                many := count(*) filter (where has_quotes),
                first := min(line, 3) filter (where has_quotes)
            )
        ])                                      as kind
    from told
)

select
    'users.csv'                                 as file,
    kind.first[1]                               as line,
    null                                        as field,
    kind.code,
    null                                        as sourced_id,
    kind.many
    || if(kind.many = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(kind.first, ', ') as value
from counted
where kind.many > 0
