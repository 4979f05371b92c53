-- courses.csv of the roster as after sync $sync: the courses that its classes name, and one for each class that names
-- none. Of a course the roster knows the id alone: the title is that of its first class.
-- grain: sourcedId
-- reads: book.roster.classes, book.roster.ids
with classes as (
    select
        coalesce(classes.course_sourced_id, 'synthetic-course-' || ids.sourced_id) as course_id,
        classes.course_sourced_id is null                   as is_synthetic,
        classes.title,
        ids.sourced_id
    from book.roster.classes as classes
    inner join book.roster.ids as ids on classes.roster_id = ids.roster_id
    where
        in_force(classes.since_sync, classes.until_sync, $sync)
        and classes.state = 'active'
        and in_force(ids.since_sync, ids.until_sync, $sync)
)

select
    standard_id(course_id, false)                           as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    null                                                    as "schoolYearSourcedId",
    min_by(title, sourced_id)                               as title,
    null                                                    as "courseCode",
    null                                                    as grades,
    $district                                               as "orgSourcedId",
    null                                                    as "subjects",
    null                                                    as "subjectCodes",
    if(bool_or(is_synthetic), 'sourcedId,', '') || 'title,orgSourcedId' as "metadata.synthetic"  -- noqa: RF05
from classes
group by course_id
order by course_id
