-- every version of a class, oldest first.
-- grain: roster_id, since_sync
-- reads: book.roster.classes
select
    roster_id,
    'classes' as record_type,
    since_sync,
    state,
    line,
    delivery_sha256,
    null as rule,
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
from book.roster.classes
where list_contains($things, roster_id)
order by roster_id, since_sync
