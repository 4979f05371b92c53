-- how many values of the roster are kept because the column that gave them is absent; of contacts.csv and guardians.csv
-- the values that no other file gives, and for the file as a whole the links that it alone keeps.
-- grain: file, field
-- reads: sync.sources, sync.contact_values, sync.matched_links, book.roster.users, book.roster.classes,
--     book.roster.enrollments
with people as (
    select
        unnest([
            -- columns of users: struct_pack(field := '{field}', kept := count({field})),
            struct_pack(field := 'given_name', kept := count(given_name)),
            struct_pack(field := 'family_name', kept := count(family_name)),
            struct_pack(field := 'middle_name', kept := count(middle_name)),
            struct_pack(field := 'identifier', kept := count(identifier)),
            struct_pack(field := 'username', kept := count(username)),
            struct_pack(field := 'email', kept := count(email)),
            struct_pack(field := 'sms', kept := count(sms)),
            struct_pack(field := 'phone', kept := count(phone)),
            struct_pack(field := 'grades', kept := count(grades)),
            struct_pack(field := 'language', kept := count(language)),
            struct_pack(field := 'enabled_user', kept := count(enabled_user))
            -- end of columns
        ], recursive := true)
    from book.roster.users
    where
        in_force(since_sync, until_sync, $baseline)
        and state = 'active'
        -- what contacts.csv and guardians.csv speak of is counted below
        and roster_id not in (select roster_id from day.sync.contact_values)
),

classes as (
    select
        unnest([
            struct_pack(field := 'grades', kept := count(grades)),
            -- columns of classes: struct_pack(field := '{field}', kept := count({field})),
            struct_pack(field := 'periods', kept := count(periods)),
            struct_pack(field := 'location', kept := count(location)),
            struct_pack(field := 'class_code', kept := count(class_code)),
            struct_pack(field := 'class_type', kept := count(class_type)),
            struct_pack(field := 'course_sourced_id', kept := count(course_sourced_id)),
            struct_pack(field := 'term_sourced_ids', kept := count(term_sourced_ids))
            -- end of columns
        ], recursive := true)
    from book.roster.classes
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
),

enrollments as (
    select
        unnest([
            struct_pack(field := 'sourced_id', kept := count(sourced_id)),
            struct_pack(field := 'is_primary', kept := count(is_primary)),
            struct_pack(field := 'begin_date', kept := count(begin_date)),
            struct_pack(field := 'end_date', kept := count(end_date))
        ], recursive := true)
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
),

files as (
    select 'users.csv' as file, 1 as bit
    union all
    select 'contacts.csv' as file, 2 as bit
    union all
    select 'guardians.csv' as file, 4 as bit
),

supported as (
    select
        files.file,
        'email'                                   as field,
        count(*) filter (where people.email is not null and people.email_support & 63 = files.bit) as kept
    from day.sync.contact_values as people
    cross join files
    group by files.file
    union all by name
    select
        files.file,
        'sms'                                   as field,
        count(*) filter (where people.sms is not null and people.sms_support & 63 = files.bit) as kept
    from day.sync.contact_values as people
    cross join files
    group by files.file
    union all by name
    select
        files.file,
        'phone'                                   as field,
        count(*) filter (where people.phone is not null and people.phone_support & 63 = files.bit) as kept
    from day.sync.contact_values as people
    cross join files
    group by files.file
    union all by name
    select
        files.file,
        'language'                                   as field,
        count(*) filter (where people.language is not null and people.language_support & 63 = files.bit) as kept
    from day.sync.contact_values as people
    cross join files
    group by files.file
    union all by name
    select
        files.file,
        'student_sourced_id'                    as field,
        count(*) filter (where links.fate = 'silent' and links.named_before & 15 = 2 * files.bit) as kept
    from day.sync.matched_links as links
    cross join files
    where files.file <> 'users.csv'
    group by files.file
),

kept as (
    select 'users.csv' as file, field, kept from people
    union all
    select 'classes.csv' as file, field, kept from classes
    union all
    select 'enrollments.csv' as file, field, kept from enrollments
    union all
    select file, field, kept from supported
)

select file, field, sum(kept)::bigint as kept
from day.sync.sources as sources
inner join kept using (file, field)
where sources.state = 'absent'
group by file, field
