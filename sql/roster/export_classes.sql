-- classes.csv of the roster as after sync $sync, in the columns of OneRoster 1.1.
-- grain: sourcedId
-- reads: book.roster.classes, book.roster.ids
select
    ids.sourced_id                  as "sourcedId",
    null                            as "status",
    null                            as "dateLastModified",
    classes.title,
    classes.grades,
    classes.course_sourced_id       as "courseSourcedId",
    classes.class_code              as "classCode",
    classes.class_type              as "classType",
    classes.location,
    classes.school_id               as "schoolSourcedId",
    classes.term_sourced_ids        as "termSourcedIds",
    null                            as "subjects",
    null                            as "subjectCodes",
    classes.periods
from book.roster.classes as classes
inner join book.roster.ids as ids on classes.roster_id = ids.roster_id
where
    in_force(classes.since_sync, classes.until_sync, $sync)
    and classes.state = 'active'
    and in_force(ids.since_sync, ids.until_sync, $sync)
order by ids.sourced_id
