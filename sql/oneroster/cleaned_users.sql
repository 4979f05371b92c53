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
        if(
            is_spreadsheet_value(given_name) or list_contains($no_given, lower(trim(given_name))),
            '', name_of(given_name, family_name)
        )                                       as given_name,
        if(
            is_spreadsheet_value(family_name) or list_contains($no_family, lower(trim(family_name))),
            '', name_of(family_name, given_name)
        )                                       as family_name,
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
        )
    from said
)

select
    cells.* replace (
        coalesce(schools.meant, trim(org_sourced_ids, ' "')) as org_sourced_ids,
        coalesce(agents.meant, trim(agent_sourced_ids, ' "')) as agent_sourced_ids
    )
from cells
left join day.oneroster.words as schools
    on trim(org_sourced_ids, ' "') = schools.sent and schools.kind = 'schools'
left join day.oneroster.words as agents
    on trim(agent_sourced_ids, ' "') = agents.sent and agents.kind = 'agents'
