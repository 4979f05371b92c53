-- sync.identified: the changes of the plan by the ids of the district, as a hold's digest and an approval name them.
-- The content of an update is a digest of the values that it sets: an approval is bound to them.
-- grain: record_type, roster_id
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links, sync.matched_users, sync.matched_classes
create or replace view day.sync.identified as
with ids as (
    select
        roster_id,
        sourced_id,
        -- a student's number may be the id of another contact
        if(by_number, coalesce(sent_id, sourced_id), sourced_id)                    as contact_id
    from day.sync.matched_users
    union all
    select roster_id, sourced_id, null as contact_id from day.sync.matched_classes
)

select
    record_type,
    roster_id,
    operation,
    withheld,
    sourced_id                                                                      as key,
    if(
        operation = 'update',
        md5(
            row(
                role,
                school_ids,
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
                enabled_user
                -- end of columns
            )::varchar
        ),
        ''
    )                                                                               as content
from day.sync.users
where operation in ('add', 'update', 'restore', 'archive')
union all
-- a change of type is a loss of the old one as well
select
    former_type                                                                     as record_type,
    roster_id,
    'archive'                                                                       as operation,
    withheld,
    sourced_id                                                                      as key,
    ''                                                                              as content
from day.sync.users
where former_type is not null
union all
select
    'classes'                                                                       as record_type,
    roster_id,
    operation,
    withheld,
    sourced_id                                                                      as key,
    if(
        operation = 'update',
        md5(
            row(
                title,
                grades,
                school_id,
                -- columns of classes: {field},
                periods,
                location,
                class_code,
                class_type,
                course_sourced_id,
                term_sourced_ids
                -- end of columns
            )::varchar
        ),
        ''
    )                                                                               as content
from day.sync.classes
where operation in ('add', 'update', 'restore', 'archive')
union all
select
    'enrollments'                                                                   as record_type,
    enrollments.roster_id,
    enrollments.operation,
    enrollments.withheld,
    -- as sql/macros/key_part.sql, which is not there for whoever opens the file alone
    replace(replace(classes.sourced_id, '\', '\\'), '|', '\|')
    || '|' || replace(replace(users.sourced_id, '\', '\\'), '|', '\|')
    || '|' || enrollments.role                                                      as key,
    if(
        enrollments.operation = 'update',
        md5(
            row(
                enrollments.sourced_id, enrollments.is_primary, enrollments.begin_date, enrollments.end_date
            )::varchar
        ),
        ''
    )                                                                               as content
from day.sync.enrollments as enrollments
inner join ids as classes on enrollments.class_roster_id = classes.roster_id
inner join ids as users on enrollments.user_roster_id = users.roster_id
where enrollments.operation in ('add', 'update', 'restore', 'archive')
union all
select
    'guardian_links'                                                                as record_type,
    links.roster_id,
    links.operation,
    links.withheld,
    replace(replace(contacts.contact_id, '\', '\\'), '|', '\|')
    || '|' || replace(replace(students.sourced_id, '\', '\\'), '|', '\|')         as key,
    if(
        links.operation = 'update',
        md5(row(links.role, links.rule, links.relationship, links.legal_guardian)::varchar),
        ''
    )                                                                               as content
from day.sync.guardian_links as links
inner join ids as contacts on links.contact_roster_id = contacts.roster_id
inner join ids as students on links.student_roster_id = students.roster_id
where links.operation in ('add', 'update', 'restore', 'archive')
