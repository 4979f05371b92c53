-- oneroster.cleaned_users: see sql/schema/day/oneroster.cleaned_users.sql.
-- grain: line
-- reads: raw.users, oneroster.words
insert into day.oneroster.cleaned_users by name
with said as (
    select
        raw.* replace (
            -- columns of users: unless_synthetic({field}, '{header}', synthetic) as {field},
            unless_synthetic(given_name, 'givenName', synthetic) as given_name,
            unless_synthetic(family_name, 'familyName', synthetic) as family_name,
            unless_synthetic(middle_name, 'middleName', synthetic) as middle_name,
            unless_synthetic(identifier, 'identifier', synthetic) as identifier,
            unless_synthetic(username, 'username', synthetic) as username,
            unless_synthetic(email, 'email', synthetic) as email,
            unless_synthetic(sms, 'sms', synthetic) as sms,
            unless_synthetic(phone, 'phone', synthetic) as phone,
            unless_synthetic(grades, 'grades', synthetic) as grades,
            unless_synthetic(language, 'language', synthetic) as language,
            unless_synthetic(enabled_user, 'enabledUser', synthetic) as enabled_user
            -- end of columns
        )
    from day.raw.users as raw
),

cells as (
    select
        line,
        -- the numbers are looked up as they were sent
        if(list_contains($placeholders, lower(trim(sms))), '', sms) as sms,
        if(list_contains($placeholders, lower(trim(phone))), '', phone) as phone,
        if(is_spreadsheet_value(given_name), '', name_of(given_name, family_name)) as given_name,
        if(is_spreadsheet_value(family_name), '', name_of(family_name, given_name)) as family_name,
        -- Na and None are names, in the case of a name
        if(
            list_contains($placeholders, lower(trim(middle_name)))
            and (middle_name in (lower(middle_name), upper(middle_name))),
            '', middle_name
        )                                       as middle_name,
        if(
            list_contains($placeholders, lower(trim(
                columns(* exclude (line, sms, phone, given_name, family_name, middle_name)), ' "'
            )))
            or is_spreadsheet_value(columns(* exclude (line, sms, phone, given_name, family_name, middle_name))),
            '', columns(* exclude (line, sms, phone, given_name, family_name, middle_name))
        ),
        list_filter([
            -- columns of users: if(is_spreadsheet_value({field}), '{field}', null),
            if(is_spreadsheet_value(given_name), 'given_name', null),
            if(is_spreadsheet_value(family_name), 'family_name', null),
            if(is_spreadsheet_value(middle_name), 'middle_name', null),
            if(is_spreadsheet_value(identifier), 'identifier', null),
            if(is_spreadsheet_value(username), 'username', null),
            if(is_spreadsheet_value(email), 'email', null),
            if(is_spreadsheet_value(sms), 'sms', null),
            if(is_spreadsheet_value(phone), 'phone', null),
            if(is_spreadsheet_value(grades), 'grades', null),
            if(is_spreadsheet_value(language), 'language', null),
            if(is_spreadsheet_value(enabled_user), 'enabled_user', null)
            -- end of columns
        ], lambda name: name not in ('sms', 'phone'))
        || list_filter([
            if(is_among('role', synthetic), 'role', null),
            -- columns of users: if(is_among('{header}', synthetic), '{field}', null),
            if(is_among('givenName', synthetic), 'given_name', null),
            if(is_among('familyName', synthetic), 'family_name', null),
            if(is_among('middleName', synthetic), 'middle_name', null),
            if(is_among('identifier', synthetic), 'identifier', null),
            if(is_among('username', synthetic), 'username', null),
            if(is_among('email', synthetic), 'email', null),
            if(is_among('sms', synthetic), 'sms', null),
            if(is_among('phone', synthetic), 'phone', null),
            if(is_among('grades', synthetic), 'grades', null),
            if(is_among('language', synthetic), 'language', null),
            if(is_among('enabledUser', synthetic), 'enabled_user', null)
            -- end of columns
        ], lambda name: name is not null)       as unsaid
    from said
)

select
    cells.* exclude (unsaid) replace (
        coalesce(schools.meant, trim(org_sourced_ids, ' "')) as org_sourced_ids,
        coalesce(agents.meant, trim(agent_sourced_ids, ' "')) as agent_sourced_ids
    ),
    cells.unsaid || list_filter([
        if(schools.state = 'refused', 'org_sourced_ids', null),
        if(agents.state = 'refused', 'agent_sourced_ids', null)
    ], lambda name: name is not null)           as refused
from cells
left join day.oneroster.words as schools
    on trim(org_sourced_ids, ' "') = schools.sent and schools.kind = 'schools'
left join day.oneroster.words as agents
    on trim(agent_sourced_ids, ' "') = agents.sent and agents.kind = 'agents'
