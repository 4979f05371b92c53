-- the plan as a list of changes, in the ids of the district, with the values of an update or a restore before and
-- after, whom it is about, and the schools that it concerns; at most $most of each record type and operation, those
-- that are withheld first.
-- grain: record_type, key
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links, sync.matched_users, sync.matched_classes,
--     sync.subjects, sync.verdict, book.roster.users, book.roster.classes, book.roster.enrollments,
--     book.roster.guardian_links
with verdict as (
    select baseline_sync from day.sync.verdict
),

-- whom the plan may name, by the name that stands, or that is to come with somebody new or back again
people as (
    select roster_id, given_name, family_name
    from book.roster.users
    where
        in_force(since_sync, until_sync, (select baseline_sync from verdict))
        and roster_id not in (select back.roster_id from day.sync.users as back where back.operation = 'restore')
    union all
    select roster_id, given_name, family_name
    from day.sync.users
    where operation in ('add', 'restore')
),

ids as (
    select roster_id, sourced_id from day.sync.matched_users
    union all
    select roster_id, sourced_id from day.sync.matched_classes
),

changes as (
    select
        plan.record_type,
        plan.operation,
        plan.roster_id,
        plan.roster_id                          as person_roster_id,
        null                                    as student_roster_id,
        plan.sourced_id as key,
        plan.changed                            as columns,
        plan.withheld,
        plan.consequence,
        plan.line,
        list_filter([
            struct_pack(field := 'role', before := known.role, after := plan.role),
            struct_pack(
                field := 'orgSourcedIds',
                before := array_to_string(known.school_ids, ','),
                after := array_to_string(plan.school_ids, ',')
            ),
            -- columns of users: struct_pack(field := '{header}', before := known.{field}, after := plan.{field}),
            struct_pack(field := 'givenName', before := known.given_name, after := plan.given_name),
            struct_pack(field := 'familyName', before := known.family_name, after := plan.family_name),
            struct_pack(field := 'middleName', before := known.middle_name, after := plan.middle_name),
            struct_pack(field := 'identifier', before := known.identifier, after := plan.identifier),
            struct_pack(field := 'username', before := known.username, after := plan.username),
            struct_pack(field := 'email', before := known.email, after := plan.email),
            struct_pack(field := 'sms', before := known.sms, after := plan.sms),
            struct_pack(field := 'phone', before := known.phone, after := plan.phone),
            struct_pack(field := 'grades', before := known.grades, after := plan.grades),
            struct_pack(field := 'language', before := known.language, after := plan.language),
            struct_pack(field := 'enabledUser', before := known.enabled_user, after := plan.enabled_user)
            -- end of columns
        ], lambda item: if(
            plan.operation = 'restore', item['before'] is distinct from item['after'],
            list_contains(plan.changed, item['field'])
        ))                                      as changed_values
    from day.sync.users as plan
    left join book.roster.users as known
        on
            plan.roster_id = known.roster_id
            and in_force(known.since_sync, known.until_sync, (select baseline_sync from verdict))
    where plan.operation in ('add', 'update', 'restore', 'archive')
    union all
    select
        'classes' as record_type,
        plan.operation,
        plan.roster_id,
        null                                    as person_roster_id,
        null                                    as student_roster_id,
        plan.sourced_id as key,
        plan.changed                            as columns,
        plan.withheld,
        plan.consequence,
        plan.line,
        list_filter([
            struct_pack(field := 'title', before := known.title, after := plan.title),
            struct_pack(field := 'grades', before := known.grades, after := plan.grades),
            struct_pack(field := 'schoolSourcedId', before := known.school_id, after := plan.school_id),
            -- columns of classes: struct_pack(field := '{header}', before := known.{field}, after := plan.{field}),
            struct_pack(field := 'periods', before := known.periods, after := plan.periods),
            struct_pack(field := 'location', before := known.location, after := plan.location),
            struct_pack(field := 'classCode', before := known.class_code, after := plan.class_code),
            struct_pack(field := 'classType', before := known.class_type, after := plan.class_type),
            struct_pack(field := 'courseSourcedId', before := known.course_sourced_id, after := plan.course_sourced_id),
            struct_pack(field := 'termSourcedIds', before := known.term_sourced_ids, after := plan.term_sourced_ids)
            -- end of columns
        ], lambda item: if(
            plan.operation = 'restore', item['before'] is distinct from item['after'],
            list_contains(plan.changed, item['field'])
        ))                                      as changed_values
    from day.sync.classes as plan
    left join book.roster.classes as known
        on
            plan.roster_id = known.roster_id
            and in_force(known.since_sync, known.until_sync, (select baseline_sync from verdict))
    where plan.operation in ('add', 'update', 'restore', 'archive')
    union all
    select
        'enrollments' as record_type,
        plan.operation,
        plan.roster_id,
        plan.user_roster_id                     as person_roster_id,
        null                                    as student_roster_id,
        key_part(classes.sourced_id) || '|' || key_part(users.sourced_id) || '|' || plan.role as key,
        plan.changed                            as columns,
        plan.withheld,
        plan.consequence,
        plan.line,
        list_filter([
            struct_pack(field := 'sourcedId', before := known.sourced_id, after := plan.sourced_id),
            struct_pack(field := 'primary', before := known.is_primary::varchar, after := plan.is_primary::varchar),
            struct_pack(field := 'beginDate', before := known.begin_date, after := plan.begin_date),
            struct_pack(field := 'endDate', before := known.end_date, after := plan.end_date)
        ], lambda item: if(
            plan.operation = 'restore', item['before'] is distinct from item['after'],
            list_contains(plan.changed, item['field'])
        ))                                      as changed_values
    from day.sync.enrollments as plan
    left join book.roster.enrollments as known
        on
            plan.roster_id = known.roster_id
            and in_force(known.since_sync, known.until_sync, (select baseline_sync from verdict))
    inner join ids as classes on plan.class_roster_id = classes.roster_id
    inner join ids as users on plan.user_roster_id = users.roster_id
    where plan.operation in ('add', 'update', 'restore', 'archive')
    union all
    select
        'guardian_links' as record_type,
        plan.operation,
        plan.roster_id,
        plan.contact_roster_id                  as person_roster_id,
        plan.student_roster_id                  as student_roster_id,
        key_part(contacts.sourced_id) || '|' || key_part(students.sourced_id) as key,
        plan.changed                            as columns,
        plan.withheld,
        plan.consequence,
        plan.line,
        list_filter([
            struct_pack(field := 'role', before := known.role, after := plan.role),
            struct_pack(field := 'rule', before := known.rule, after := plan.rule),
            struct_pack(field := 'relationship', before := known.relationship, after := plan.relationship),
            struct_pack(
                field := 'legalGuardian', before := known.legal_guardian::varchar, after := plan.legal_guardian::varchar
            )
        ], lambda item: if(
            plan.operation = 'restore', item['before'] is distinct from item['after'],
            list_contains(plan.changed, item['field'])
        ))                                      as changed_values
    from day.sync.guardian_links as plan
    left join book.roster.guardian_links as known
        on
            plan.roster_id = known.roster_id
            and in_force(known.since_sync, known.until_sync, (select baseline_sync from verdict))
    inner join ids as contacts on plan.contact_roster_id = contacts.roster_id
    inner join ids as students on plan.student_roster_id = students.roster_id
    where plan.operation in ('add', 'update', 'restore', 'archive')
),

listed as (
    select *
    from changes
    qualify
        $most is null
        or row_number() over (partition by record_type, operation order by withheld desc, consequence, key) <= $most
)

select
    listed.record_type,
    listed.operation,
    listed.key,
    listed.columns,
    listed.withheld,
    listed.consequence,
    listed.line,
    if(listed.operation in ('update', 'restore'), listed.changed_values, []) as changed_values,
    people.given_name,
    people.family_name,
    students.given_name                         as student_given_name,
    students.family_name                        as student_family_name,
    coalesce(subjects.school_ids, [])           as school_ids
from listed
left join day.sync.subjects as subjects
    on listed.record_type = subjects.record_type and listed.roster_id = subjects.roster_id
left join people on listed.person_roster_id = people.roster_id
left join people as students on listed.student_roster_id = students.roster_id
order by listed.record_type, listed.operation, listed.withheld desc, listed.consequence, listed.key
