-- oneroster.enrollment_rows: each row of enrollments.csv with its verdict; rows that stand there twice are marked by
-- repeated_enrollments.
-- grain: line
-- reads: raw.enrollments, raw.unreadable, raw.columns, oneroster.student_numbers, oneroster.users,
--     oneroster.user_rows, oneroster.classes, oneroster.class_rows,
--     oneroster.known, oneroster.words,
--     meta.schools
insert into day.oneroster.enrollment_rows by name
with others as (
    select distinct sourced_id
    from day.oneroster.user_rows
    where $student_id = 'identifier' and not by_number and record_kind is not null and sourced_id is not null
),

trimmed as (
    select
        line,
        -- what a spreadsheet has put in the place of an id is none
        if(
            list_contains($opened, 'enrollments.csv') and is_spreadsheet_value(class_sourced_id),
            null, nullif(trim(class_sourced_id), '')
        )                                       as class_sourced_id,
        -- an id that a student and somebody else have in common is the student's where the row enrolls one
        numbers.number is not null
        and (lower(trim(enrollments.role)) = 'student' or others.sourced_id is null) as is_students,
        case
            when is_students then numbers.number
            when list_contains($opened, 'enrollments.csv') and is_spreadsheet_value(user_sourced_id) then null
            else nullif(trim(user_sourced_id), '')
        end                                     as user_sourced_id,
        $student_id = 'identifier' and (is_students or others.sourced_id is null) as by_number,
        nullif(trim(enrollments.role), '')      as role_as_sent,
        if(
            class_role in ('student', 'teacher', 'aide', 'proctor', 'administrator'),
            class_role, lower(role_as_sent)
        )                                       as role,
        nullif(trim(school_sourced_id), '')     as school_id,
        nullif(trim(unless_synthetic(enrollments.sourced_id, 'sourcedId', synthetic)), '') as sourced_id,
        yes_no(unless_synthetic(is_primary, 'primary', synthetic)) as is_primary,
        is_inactive(status)                     as is_inactive,
        is_status_unknown(status)               as is_status_unknown,
        nullif(trim(unless_synthetic(begin_date, 'beginDate', synthetic), ' "'), '') as begin_sent,
        nullif(trim(unless_synthetic(end_date, 'endDate', synthetic), ' "'), '') as end_sent
    from day.raw.enrollments as enrollments
    -- empty where students are known by their sourcedId
    left join day.oneroster.student_numbers as numbers on trim(enrollments.user_sourced_id) = numbers.sourced_id
    left join others on trim(enrollments.user_sourced_id) = others.sourced_id
),

dated as (
    select
        trimmed.* exclude (is_students, begin_sent, end_sent),
        if(begins.sent is null, trimmed.begin_sent, begins.meant) as begin_date,
        if(ends.sent is null, trimmed.end_sent, ends.meant) as end_date
    from trimmed
    left join day.oneroster.words as begins on trimmed.begin_sent = begins.sent and begins.kind = 'date'
    left join day.oneroster.words as ends on trimmed.end_sent = ends.sent and ends.kind = 'date'
),

-- the id in a row that cannot be read as a whole, where it stands in its column
unreadable as (
    select
        rows.file,
        trim(rows.cells[columns.position], ' "') as sourced_id
    from day.raw.unreadable as rows
    inner join day.raw.columns as columns on rows.file = columns.file and columns.field = 'sourced_id'
),

-- of several rows of an id with different verdicts, accepted counts before rejected, and that before excluded: those
-- that have an accepted one are looked up in classes and users, which have one row for each
other_classes as (
    select
        sourced_id,
        min_by(verdict, if(verdict = 'rejected', 1, 2)) as verdict
    from (
        select sourced_id, if(reason = 'status_inactive', 'inactive', verdict) as verdict
        from day.oneroster.class_rows
        where verdict <> 'accepted'
        union all
        select sourced_id, 'rejected' as verdict from unreadable where file = 'classes.csv'
        union all
        select sourced_id, 'accepted' as verdict from day.oneroster.known where file = 'classes.csv'
    )
    group by sourced_id
),

other_users as (
    select
        sourced_id,
        by_number,
        min_by(verdict, if(verdict = 'rejected', 1, 2)) as verdict,
        bool_and(record_kind = 'contact')       as is_contact
    from (
        select
            sourced_id,
            by_number,
            if(reason = 'status_inactive', 'inactive', verdict) as verdict,
            record_kind
        from day.oneroster.user_rows
        where verdict <> 'accepted'
        union all by name
        -- of a row that cannot be read nobody knows whose it is
        select sourced_id, unnest([false, true]) as by_number, 'rejected' as verdict
        from unreadable
        where file = 'users.csv'
        union all by name
        select sourced_id, by_number, 'accepted' as verdict, record_kind
        from day.oneroster.known
        where file = 'users.csv'
    )
    group by sourced_id, by_number
),

known as (
    select
        dated.*,
        if(classes.sourced_id is not null, 'accepted', other_classes.verdict) as class_verdict,
        if(users.sourced_id is not null, 'accepted', other_users.verdict) as user_verdict,
        coalesce(users.record_kind = 'contact', other_users.is_contact, false) as is_contact
    from dated
    left join day.oneroster.classes as classes on dated.class_sourced_id = classes.sourced_id
    left join day.oneroster.users as users
        on dated.user_sourced_id = users.sourced_id and dated.by_number = users.by_number
    left join other_classes on dated.class_sourced_id = other_classes.sourced_id
    left join other_users
        on dated.user_sourced_id = other_users.sourced_id and dated.by_number = other_users.by_number
),

decided as (
    select
        *,
        case
            when
                is_inactive and coalesce(sourced_id, class_sourced_id, user_sourced_id) is not null
                then 'status_inactive'
            when coalesce(class_sourced_id, user_sourced_id, role) is null then 'row_blank'
            when class_sourced_id is null then 'class_missing'
            when user_sourced_id is null then 'user_missing'
            when role is null then 'role_missing'
            when is_status_unknown then 'status_unknown'
            when role not in ('student', 'teacher', 'aide', 'proctor', 'administrator') then 'role_unknown'
            when
                school_id is not null
                and school_id not in (select school_id from day.meta.schools) then 'other_school'
            when class_verdict = 'inactive' or user_verdict = 'inactive' then 'not_active'
            when class_verdict = 'excluded' or user_verdict = 'excluded' then 'other_school'
            -- PowerSchool turns the signs of a dropped enrollment's ids
            when class_verdict is null and regexp_full_match(class_sourced_id, '-[0-9]+') then 'dropped'
            when class_verdict is null then 'class_unknown'
            when user_verdict is null then 'user_unknown'
            when class_verdict = 'rejected' then 'class_rejected'
            when user_verdict = 'rejected' then 'user_rejected'
            when is_contact then 'user_is_contact'
            when $ended = 'leave_out' and end_date <= $today then 'has_ended'
            when $future = 'leave_out' and begin_date > $today then 'is_to_come'
        end                                     as reason
    from known
)

select
    line,
    class_sourced_id,
    user_sourced_id,
    by_number,
    if(reason = 'role_unknown', role_as_sent, role) as role,
    case
        when reason is null then 'accepted'
        when
            reason in (
                'other_school', 'row_blank', 'dropped', 'has_ended', 'is_to_come', 'status_inactive', 'not_active'
            ) then 'excluded'
        else 'rejected'
    end                                         as verdict,
    reason,
    sourced_id,
    is_primary,
    begin_date,
    end_date
from decided
