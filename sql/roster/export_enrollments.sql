-- enrollments.csv of the roster as after sync $sync, in the columns of OneRoster 1.1. $standard: ids that the standard
-- demands are made up, an end that is not after the begin is the next day, a class has one primary teacher, and
-- metadata.synthetic names those columns; a role that the standard has no word for is in metadata.role.
-- grain: classSourcedId, userSourcedId, role
-- reads: book.roster.enrollments, book.roster.classes, book.roster.ids, book.roster.users
with people as (
    select roster_id, record_type
    from book.roster.users
    where in_force(since_sync, until_sync, $sync) and state = 'active'
),

ids as (
    select
        ids.roster_id,
        if(
            $standard,
            standard_id(
                ids.sourced_id,
                coalesce(people.record_type <> 'students', false)
                and count(*) filter (where people.record_type = 'students') over (partition by ids.sourced_id) > 0
            ),
            ids.sourced_id
        )                                                   as sourced_id
    from book.roster.ids as ids
    left join people using (roster_id)
    where in_force(ids.since_sync, ids.until_sync, $sync)
),

classes as (
    select roster_id, school_id
    from book.roster.classes
    where in_force(since_sync, until_sync, $sync)
),

described as (
    select
        enrollments.*,
        class_ids.sourced_id                                as class_id,
        user_ids.sourced_id                                 as user_id,
        classes.school_id,
        try_cast(enrollments.begin_date as date)            as begins,
        try_cast(enrollments.end_date as date)              as ends,
        coalesce(
            is_primary and (
                enrollments.role <> 'teacher'
                or row_number() over (
                    partition by enrollments.class_roster_id
                    order by enrollments.role = 'teacher' and coalesce(is_primary, false) desc, user_ids.sourced_id
                ) > 1
            ),
            false
        )                                                   as is_further_primary,
        if(
            $standard,
            list_filter([
                if(
                    enrollments.sourced_id is null
                    or row_number() over (
                        partition by enrollments.sourced_id
                        order by class_ids.sourced_id, user_ids.sourced_id, enrollments.role
                    ) > 1,
                    'sourcedId', null
                ),
                if(is_further_primary, 'primary', null),
                if(enrollments.begin_date is not null and begins is null, 'beginDate', null),
                if(enrollments.end_date is not null and (ends is null or ends <= begins), 'endDate', null)
            ], lambda header: header is not null),
            []::varchar[]
        )                                                   as synthetic,
        $standard and not list_contains($roles, enrollments.role) as has_no_word
    from book.roster.enrollments as enrollments
    inner join ids as class_ids on enrollments.class_roster_id = class_ids.roster_id
    inner join ids as user_ids on enrollments.user_roster_id = user_ids.roster_id
    inner join classes on enrollments.class_roster_id = classes.roster_id
    where
        in_force(enrollments.since_sync, enrollments.until_sync, $sync)
        and enrollments.state = 'active'
)

select
    if(
        list_contains(enrollments.synthetic, 'sourcedId'),
        'synthetic-'
        || md5(key_part(enrollments.class_id) || '|' || key_part(enrollments.user_id) || '|' || enrollments.role),
        if($standard, standard_id(enrollments.sourced_id, false), enrollments.sourced_id)
    )                                                       as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    enrollments.class_id                                                as "classSourcedId",
    if($standard, standard_id(enrollments.school_id, false), enrollments.school_id) as "schoolSourcedId",
    enrollments.user_id                                                 as "userSourcedId",
    if(enrollments.has_no_word, 'proctor', enrollments.role) as role,
    if(list_contains(enrollments.synthetic, 'primary'), false, enrollments.is_primary) as "primary",
    if(list_contains(enrollments.synthetic, 'beginDate'), null, enrollments.begin_date) as "beginDate",
    if(list_contains(enrollments.synthetic, 'endDate'), (enrollments.begins + 1)::varchar, enrollments.end_date)
        as "endDate",
    if(enrollments.has_no_word, enrollments.role, null)     as "metadata.role",  -- noqa: RF05
    nullif(array_to_string(enrollments.synthetic, ','), '')             as "metadata.synthetic"  -- noqa: RF05
from described as enrollments
order by enrollments.class_id, enrollments.user_id, enrollments.role
