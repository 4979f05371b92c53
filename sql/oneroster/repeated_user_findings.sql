-- oneroster.findings of users.csv: one for each person whose rows differ.
-- grain: sourced_id
-- reads: oneroster.user_rows
insert into day.oneroster.findings by name
select
    'users.csv'         as file,
    lines[1]            as line,
    null                as field,
    'rows_differ'       as code,
    sourced_id,
    'lines '
    || array_to_string(lines[1:least(len(lines) - 1, 3)], ', ')
    || if(len(lines) > 4, ', …', '')
    || ' and '
    || lines[len(lines)]
    || ' differ in '
    || array_to_string(columns_differing, ', ') as value
from (
    select
        sourced_id,
        list(line order by line) as lines,
        list_filter([
            -- columns of users: if(count(distinct coalesce({field}, '')) > 1, '{header}', null),
            if(count(distinct coalesce(given_name, '')) > 1, 'givenName', null),
            if(count(distinct coalesce(family_name, '')) > 1, 'familyName', null),
            if(count(distinct coalesce(middle_name, '')) > 1, 'middleName', null),
            if(count(distinct coalesce(identifier, '')) > 1, 'identifier', null),
            if(count(distinct coalesce(username, '')) > 1, 'username', null),
            if(count(distinct coalesce(email, '')) > 1, 'email', null),
            if(count(distinct coalesce(sms, '')) > 1, 'sms', null),
            if(count(distinct coalesce(phone, '')) > 1, 'phone', null),
            if(count(distinct coalesce(grades, '')) > 1, 'grades', null),
            if(count(distinct coalesce(language, '')) > 1, 'language', null),
            if(count(distinct coalesce(enabled_user, '')) > 1, 'enabledUser', null)
            -- end of columns
        ], lambda header: header is not null)   as columns_differing
    from day.oneroster.user_rows
    where turn is not null
    group by sourced_id, by_number
)
