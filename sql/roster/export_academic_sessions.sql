-- academicSessions.csv of the roster as after sync $sync: the terms that its classes name, in a school year that is
-- made up. Of a term the roster knows the id alone; the dates are those of the year, made longer where an enrollment
-- begins before it or ends after it.
-- grain: sourcedId
-- reads: book.roster.classes, book.roster.enrollments
with dates as (
    select
        least($first::date, min(try_cast(begin_date as date)), min(try_cast(end_date as date))) as first,
        greatest($last::date, max(try_cast(begin_date as date) + 2), max(try_cast(end_date as date))) as last
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $sync) and state = 'active'
),

terms as (
    select distinct unnest(string_split(tidy_list(term_sourced_ids), ',')) as term_id
    from book.roster.classes
    where in_force(since_sync, until_sync, $sync) and state = 'active'
)

select
    $year                                                   as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    'School year ' || year($last::date)                     as title,
    'schoolYear'                                            as "type",
    dates.first                                             as "startDate",
    dates.last                                              as "endDate",
    null                                                    as "parentSourcedId",
    year($last::date)                                       as "schoolYear",
    'sourcedId,title,type,startDate,endDate,schoolYear'     as "metadata.synthetic"  -- noqa: RF05
from dates
union all
select
    standard_id(terms.term_id, false)                       as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    'Term ' || terms.term_id                                as title,
    'term'                                                  as "type",
    dates.first                                             as "startDate",
    dates.last                                              as "endDate",
    $year                                                   as "parentSourcedId",
    year($last::date)                                       as "schoolYear",
    'title,type,startDate,endDate,parentSourcedId,schoolYear' as "metadata.synthetic"  -- noqa: RF05
from terms
cross join dates
where terms.term_id is not null
order by all
