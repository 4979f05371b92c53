-- target.classes: the classes that stood after sync $target of the attached roster.
-- grain: sourced_id
-- reads: book.roster.classes, book.roster.ids
insert into day.target.classes by name
with ids as (
    select roster_id, record_type, sourced_id
    from book.roster.ids
    where since_sync <= $target and (until_sync is null or until_sync > $target)
)

select
    if($keeps_ids, classes.roster_id, null)         as roster_id,
    ids.sourced_id,
    classes.title,
    classes.grades,
    classes.school_id,
    -- columns of classes: classes.{field},
    classes.periods,
    classes.location,
    classes.class_code,
    classes.class_type,
    classes.course_sourced_id,
    classes.term_sourced_ids,
    -- end of columns
    classes.line,
    classes.delivery_sha256                         as origin_sha256
from book.roster.classes as classes
inner join ids on classes.roster_id = ids.roster_id
where
    classes.since_sync <= $target
    and (classes.until_sync is null or classes.until_sync > $target)
    and classes.state = 'active'
