-- sync.classes: the plan for classes: which are added, updated, restored, archived.
-- An absent column leaves what is known; a blank cell clears it. Archives spare what an erroneous row names.
-- grain: sourced_id
-- reads: sync.matched_classes, oneroster.left_out, oneroster.classes, oneroster.cell_states,
--     oneroster.enrollment_rows, book.roster.classes, book.roster.absences
insert into day.sync.classes by name
with known as (
    select *
    from book.roster.classes
    where in_force(since_sync, until_sync, $baseline)
),

cells as (
    select line, list(field) as unsaid
    from day.oneroster.cell_states
    where file = 'classes.csv' and line is not null
    group by line
),

wanted as (
    select
        matched.sourced_id,
        matched.roster_id,
        matched.state,
        matched.line,
        if(cells.unsaid is null, $absent, $absent || cells.unsaid) as silent,
        if(list_contains(silent, 'title') and known.title is not null, known.title, sent.title) as title,
        if_absent('grades', silent, known.grades, sent.grades) as grades,
        sent.school_id,
        -- columns of classes: if_absent('{field}', silent, known.{field}, sent.{field}) as {field},
        if_absent('periods', silent, known.periods, sent.periods) as periods,
        if_absent('location', silent, known.location, sent.location) as location,
        if_absent('class_code', silent, known.class_code, sent.class_code) as class_code,
        if_absent('class_type', silent, known.class_type, sent.class_type) as class_type,
        if_absent('course_sourced_id', silent, known.course_sourced_id, sent.course_sourced_id) as course_sourced_id,
        if_absent('term_sourced_ids', silent, known.term_sourced_ids, sent.term_sourced_ids) as term_sourced_ids,
        -- end of columns
        known.title as known_title,
        known.grades as known_grades,
        known.school_id as known_school_id,
        -- columns of classes: known.{field} as known_{field},
        known.periods as known_periods,
        known.location as known_location,
        known.class_code as known_class_code,
        known.class_type as known_class_type,
        known.course_sourced_id as known_course_sourced_id,
        known.term_sourced_ids as known_term_sourced_ids
        -- end of columns
    from day.sync.matched_classes as matched
    inner join day.oneroster.classes as sent on matched.sourced_id = sent.sourced_id
    left join cells on sent.line = cells.line
    left join known on matched.roster_id = known.roster_id
    where matched.sent
),

absences as (
    select record_type, roster_id, absent_since
    from book.roster.absences
    where
        record_type = 'classes' and in_force(since_sync, until_sync, $baseline)
),

-- only of those that differ in anything the columns are named
compared as (
    select
        *,
        if(
            state = 'active',
            list_filter([
                if(title is distinct from known_title, 'title', null),
                if(grades is distinct from known_grades, 'grades', null),
                if(school_id is distinct from known_school_id, 'schoolSourcedId', null),
                -- columns of classes: if({field} is distinct from known_{field}, '{header}', null),
                if(periods is distinct from known_periods, 'periods', null),
                if(location is distinct from known_location, 'location', null),
                if(class_code is distinct from known_class_code, 'classCode', null),
                if(class_type is distinct from known_class_type, 'classType', null),
                if(course_sourced_id is distinct from known_course_sourced_id, 'courseSourcedId', null),
                if(term_sourced_ids is distinct from known_term_sourced_ids, 'termSourcedIds', null)
                -- end of columns
            ], lambda name: name is not null),
            []
        )                                       as changed
    from wanted
    where
        state is distinct from 'active'
        or title is distinct from known_title
        or grades is distinct from known_grades
        or school_id is distinct from known_school_id
        -- columns of classes: or {field} is distinct from known_{field}
        or periods is distinct from known_periods
        or location is distinct from known_location
        or class_code is distinct from known_class_code
        or class_type is distinct from known_class_type
        or course_sourced_id is distinct from known_course_sourced_id
        or term_sourced_ids is distinct from known_term_sourced_ids
        -- end of columns
)

select
    sourced_id,
    roster_id,
    case
        when state is null then 'add'
        when state = 'archived' and not $restore_archived_classes then 'keep'
        when state = 'archived' then 'restore'
        when list_has_all($appeared, changed) then 'fill'
        else 'update'
    end                                         as operation,
    changed,
    false                                       as consequence,
    false                                       as withheld,
    line,
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
from compared
union all by name
select
    matched.sourced_id,
    matched.roster_id,
    if(
        $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation,
    []::varchar[]                               as changed,
    false                                       as consequence,
    false                                       as withheld,
    -- enrollments.csv still enrolls people in it
    matched.sourced_id in (
        select class_sourced_id from day.oneroster.enrollment_rows where reason = 'class_unknown'
    )                                           as still_named
from day.sync.matched_classes as matched
left join absences on matched.roster_id = absences.roster_id
where
    not matched.sent
    and matched.sourced_id not in (select sourced_id from day.oneroster.left_out where file = 'classes.csv')
