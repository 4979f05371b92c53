-- whether a cell of users.csv may hold a placeholder for nothing, such as --, or a name like one.
-- grain: one row
-- reads: raw.users
select count(*) > 0 as has_placeholders
from day.raw.users
where
    regexp_matches(
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
    )
