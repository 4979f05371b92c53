-- classes.csv of the roster as after sync $sync, in the columns of OneRoster 1.1. $standard: what the standard demands
-- and nobody has said is made up, and metadata.synthetic names those columns.
-- grain: sourcedId
-- reads: book.roster.classes, book.roster.ids
with described as (
    select
        if($standard, standard_id(ids.sourced_id, false), ids.sourced_id) as sourced_id,
        ids.sourced_id                                      as own_id,
        classes.*,
        tidy_list(classes.term_sourced_ids)                 as terms,
        tidy_list(classes.periods)                          as tidy_periods,
        if(
            $standard,
            list_filter([
                if(not list_has_all($grades, string_split(classes.grades, ',')), 'grades', null),
                if(classes.course_sourced_id is null, 'courseSourcedId', null),
                if(
                    classes.class_type is null or not list_contains($class_types, classes.class_type), 'classType', null
                ),
                if(terms is null or terms <> classes.term_sourced_ids, 'termSourcedIds', null),
                if(tidy_periods <> classes.periods, 'periods', null)
            ], lambda header: header is not null),
            []::varchar[]
        )                                                   as synthetic
    from book.roster.classes as classes
    inner join book.roster.ids as ids on classes.roster_id = ids.roster_id
    where
        in_force(classes.since_sync, classes.until_sync, $sync)
        and classes.state = 'active'
        and in_force(ids.since_sync, ids.until_sync, $sync)
)

select
    classes.sourced_id                                              as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    classes.title,
    if(list_contains(classes.synthetic, 'grades'), 'Other', classes.grades) as grades,
    if(
        list_contains(classes.synthetic, 'courseSourcedId'),
        standard_id('synthetic-course-' || classes.own_id, false),
        if($standard, standard_id(classes.course_sourced_id, false), classes.course_sourced_id)
    )                                                       as "courseSourcedId",
    classes.class_code                                      as "classCode",
    if(list_contains(classes.synthetic, 'classType'), 'scheduled', classes.class_type) as "classType",
    classes.location,
    if($standard, standard_id(classes.school_id, false), classes.school_id) as "schoolSourcedId",
    if(
        $standard,
        coalesce(standard_ids(classes.terms), $year),
        classes.term_sourced_ids
    )
        as "termSourcedIds",
    null                                                    as "subjects",
    null                                                    as "subjectCodes",
    if(list_contains(classes.synthetic, 'periods'), classes.tidy_periods, classes.periods) as periods,
    nullif(array_to_string(classes.synthetic, ','), '')             as "metadata.synthetic"  -- noqa: RF05
from described as classes
order by classes.sourced_id
