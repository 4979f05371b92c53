-- oneroster.cell_states: see sql/schema/day/oneroster.cell_states.sql.
-- grain: file, line, field
-- reads: raw.users, raw.classes, raw.enrollments, raw.contacts, raw.guardians, raw.columns, oneroster.words
insert into day.oneroster.cell_states by name
with catalogue as (
    select
        unnest($files::varchar[])               as file,
        unnest($headers::varchar[])             as header,
        unnest($fields::varchar[])              as field
),

-- a row may name columns that it has no cell of
marked as (
    select 'users.csv' as file, line, synthetic
    from day.raw.users
    where synthetic <> ''
    union all
    select 'classes.csv' as file, line, synthetic
    from day.raw.classes
    where synthetic <> ''
    union all
    select 'enrollments.csv' as file, line, synthetic
    from day.raw.enrollments
    where synthetic <> ''
    union all
    select 'contacts.csv' as file, line, synthetic
    from day.raw.contacts
    where synthetic <> ''
),

-- Each kind is looked up by itself: where nothing of it was refused, its rows are not even read.
refused as (
    select kind, sent
    from day.oneroster.words
    where state = 'refused' and not list_contains($placeholders, lower(sent))
),

people as (
    select 'users.csv' as file, line, email, sms, phone
    from day.raw.users
    union all
    select 'contacts.csv' as file, line, email, sms, phone
    from day.raw.contacts
    union all
    select 'guardians.csv' as file, line, email, sms, phone
    from day.raw.guardians
),

looked_up as (
    select file, line, 'email' as field
    from people
    inner join refused on trim(email, ' "') = sent and kind = 'email'
    union all
    select file, line, if($mobile = 'phone', 'phone', 'sms') as field
    from people
    inner join refused on trim(sms, ' "') = sent and kind = 'phone'
    union all
    select file, line, if($mobile = 'phone', 'sms', 'phone') as field
    from people
    inner join refused on trim(phone, ' "') = sent and kind = 'phone'
    union all
    select 'users.csv' as file, line, 'org_sourced_ids' as field
    from day.raw.users
    inner join refused on trim(org_sourced_ids, ' "') = sent and kind = 'schools'
    union all
    select 'users.csv' as file, line, 'agent_sourced_ids' as field
    from day.raw.users
    inner join refused on trim(agent_sourced_ids, ' "') = sent and kind = 'agents'
    union all
    select 'enrollments.csv' as file, line, 'begin_date' as field
    from day.raw.enrollments
    inner join refused on trim(begin_date, ' "') = sent and kind = 'date'
    union all
    select 'enrollments.csv' as file, line, 'end_date' as field
    from day.raw.enrollments
    inner join refused on trim(end_date, ' "') = sent and kind = 'date'
),

-- what a spreadsheet has put in the place of values
changed_by_spreadsheet as (
    select
        'users.csv'                             as file,
        line,
        unnest(list_filter([
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
        ], lambda name: name not in ('sms', 'phone'))) as field
    from day.raw.users
    where $has_oddities
),

-- the different cells of the largest files first: there are few
answers as (
    select 'users.csv' as file, 'enabled_user' as field, cell
    from (select distinct enabled_user as cell from day.raw.users)
    union all
    select 'users.csv' as file, 'legal_guardian' as field, cell
    from (select distinct legal_guardian as cell from day.raw.users)
    union all
    select 'enrollments.csv' as file, 'is_primary' as field, cell
    from (select distinct is_primary as cell from day.raw.enrollments)
),

not_answers as materialized (
    select file, field, cell
    from answers
    where told(cell, $placeholders) is not null and yes_no(cell) is null
),

flags as (
    select not_answers.file, users.line, not_answers.field, not_answers.cell
    from day.raw.users as users
    inner join not_answers on users.enabled_user = not_answers.cell and not_answers.field = 'enabled_user'
    union all
    select not_answers.file, users.line, not_answers.field, not_answers.cell
    from day.raw.users as users
    inner join not_answers on users.legal_guardian = not_answers.cell and not_answers.field = 'legal_guardian'
    union all
    select not_answers.file, enrollments.line, not_answers.field, not_answers.cell
    from day.raw.enrollments as enrollments
    inner join not_answers on enrollments.is_primary = not_answers.cell and not_answers.field = 'is_primary'
    union all
    select file, line, field, cell
    from (
        select
            'contacts.csv'                      as file,
            line,
            unnest(['legal_guardian', 'no_contact', 'custody', 'lives_with', 'emergency', 'priority']) as field,
            unnest([legal_guardian, no_contact, custody, lives_with, emergency, priority]) as cell
        from day.raw.contacts
        union all
        select
            'guardians.csv'                     as file,
            line,
            unnest(['legal_guardian', 'no_contact']) as field,
            unnest([legal_guardian, no_contact]) as cell
        from day.raw.guardians
    )
    where
        -- a flag that no rule of the district asks for says nothing, whatever it says
        list_contains($flags, field)
        and told(cell, $placeholders) is not null
        and if(field = 'priority', try_cast(trim(cell) as integer) is null, yes_no(cell) is null)
),

names as (
    select
        'users.csv'                             as file,
        line,
        unnest(['given_name', 'family_name', 'middle_name']) as field,
        unnest([given_name, family_name, middle_name]) as cell
    from day.raw.users
    where $has_damaged_names
    union all
    select
        'contacts.csv'                          as file,
        line,
        unnest(['given_name', 'family_name', 'middle_name']) as field,
        unnest([given_name, family_name, middle_name]) as cell
    from day.raw.contacts
    union all
    select
        'guardians.csv'                         as file,
        line,
        unnest(['given_name', 'family_name'])   as field,
        unnest([given_name, family_name])       as cell
    from day.raw.guardians
),

found as (
    select catalogue.file, null::bigint as line, catalogue.field, 'column_absent' as state, null as sent
    from catalogue
    anti join day.raw.columns as columns
        on catalogue.file = columns.file and catalogue.field = columns.field and columns.state = 'used'
    union all
    select marked.file, marked.line, catalogue.field, 'column_absent' as state, null as sent
    from (select file, line, unnest(string_split(synthetic, ',')) as header from marked) as marked
    inner join catalogue using (file, header)
    union all
    select file, line, field, 'unreadable' as state, null as sent
    from looked_up
    union all
    select file, line, field, 'unreadable' as state, null as sent
    from changed_by_spreadsheet
    union all
    select file, line, field, 'unreadable' as state, trim(cell) as sent
    from flags
    union all
    select file, line, field, 'damaged' as state, null as sent
    from names
    where name_is_damaged(cell)
    union all
    -- a class is always called something
    select 'classes.csv' as file, line, 'title' as field, 'unreadable' as state, null as sent
    from day.raw.classes
    where title_sent(title) is null
)

select
    file,
    line,
    field,
    coalesce(max(state) filter (where state <> 'damaged'), 'damaged') as state,
    min(sent)                                   as sent
from found
group by file, line, field
