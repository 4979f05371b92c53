-- orgs.csv of the roster as after sync $sync: the schools that its people and classes name, with the names in the
-- settings, below a district that is made up.
-- grain: sourcedId
-- reads: book.roster.users, book.roster.classes
with named as (
    select unnest(school_ids) as school_id
    from book.roster.users
    where in_force(since_sync, until_sync, $sync) and state = 'active'
    union
    select school_id
    from book.roster.classes
    where in_force(since_sync, until_sync, $sync) and state = 'active'
    union
    select unnest($school_ids::varchar[]) as school_id
),

schools as (
    select
        unnest($school_ids::varchar[])                      as school_id,
        unnest($school_names::varchar[])                    as name
)

select
    $district                                               as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    $district_name                                          as name,
    'district'                                              as "type",
    null                                                    as identifier,
    null                                                    as "parentSourcedId",
    'sourcedId'                                             as "metadata.synthetic"  -- noqa: RF05
union all
select
    standard_id(named.school_id, false)                     as "sourcedId",
    null                                                    as "status",
    null                                                    as "dateLastModified",
    coalesce(schools.name, 'School ' || named.school_id)    as name,
    'school'                                                as "type",
    null                                                    as identifier,
    $district                                               as "parentSourcedId",
    if(schools.name is null, 'name,parentSourcedId', 'parentSourcedId') as "metadata.synthetic"  -- noqa: RF05
from named
left join schools using (school_id)
order by all
