-- oneroster.findings: each school that the files name and that does not take part, once, with how many rows are of it
-- and the school that is probably meant; ids that differ in leading zeros or the case of letters alone; and each school
-- of the settings that no row names.
-- grain: value
-- reads: raw.users, raw.classes, raw.lookups, oneroster.words, meta.schools
insert into day.oneroster.findings by name
with lists as (
    select
        'users.csv'                             as file,
        coalesce(any_value(words.meant), org_sourced_ids) as ids,
        count(*)                                as many,
        min(line)                               as line
    from day.raw.users
    left join day.oneroster.words as words on trim(org_sourced_ids, ' "') = words.sent and words.kind = 'schools'
    where org_sourced_ids <> '' and coalesce(words.state, '') <> 'refused'
    group by org_sourced_ids
    union all
    select 'classes.csv' as file, school_sourced_id as ids, count(*) as many, min(line) as line
    from day.raw.classes
    where school_sourced_id <> ''
    group by school_sourced_id
),

sent as (
    select file, trim(id, ' "') as id, sum(many)::bigint as many, min(line) as line
    from (select file, unnest(string_split(ids, ',')) as id, many, line from lists)
    where trim(id, ' "') <> ''
    group by all
),

aside as (
    select *
    from sent
    where
        id not in (select school_id from day.meta.schools)
        and id not in (select lookups.sourced_id from day.raw.lookups as lookups where lookups.value = 'district')
),

near as (
    select
        aside.file,
        aside.id,
        min_by(
            schools.school_id || if(schools.name <> schools.school_id, ', ' || schools.name, ''),
            -- of two that are as close the first
            (levenshtein(lower(aside.id), lower(schools.school_id)), schools.school_id)
        )                                       as closest,
        bool_or(ltrim(lower(aside.id), '0') = ltrim(lower(schools.school_id), '0')) as is_twin
    from aside
    inner join day.meta.schools as schools
        on
            ltrim(lower(aside.id), '0') = ltrim(lower(schools.school_id), '0')
            or (length(aside.id) > 2 and levenshtein(lower(aside.id), lower(schools.school_id)) <= 1)
    group by aside.file, aside.id
),

-- two ids that take part and are the same but for zeros: one school under two names
twins as (
    select
        sent.file,
        sent.id,
        min(schools.school_id)                  as twin
    from sent
    inner join day.meta.schools as schools
        on
            sent.id <> schools.school_id
            and ltrim(lower(sent.id), '0') = ltrim(lower(schools.school_id), '0')
    where sent.id in (select school_id from day.meta.schools) and length(sent.id) < length(schools.school_id)
    group by sent.file, sent.id
)

select
    aside.file,
    aside.line,
    if(aside.file = 'users.csv', 'orgSourcedIds', 'schoolSourcedId') as field,
    if(coalesce(near.is_twin, false), 'school_twin', 'school_aside') as code,
    null                                        as sourced_id,
    aside.id
    || ' is not one of this district''s schools; '
    || aside.many
    || if(aside.many = 1, ' row belongs to it', ' rows belong to it')
    || coalesce('. Closest match: ' || near.closest, '') as value
from aside
left join near using (file, id)
union all
select
    sent.file,
    sent.line,
    if(sent.file = 'users.csv', 'orgSourcedIds', 'schoolSourcedId') as field,
    'school_twin'                               as code,
    null                                        as sourced_id,
    sent.id
    || ' and '
    || twins.twin
    || ' differ only in leading zeros; '
    || sent.many
    || if(sent.many = 1, ' row belongs to the first', ' rows belong to the first') as value
from sent
inner join twins using (file, id)
union all
-- where no school at all is one of the settings, set_findings tells both lists; where a file has no rows, nobody knows
select
    'the settings'                              as file,
    null                                        as line,
    null                                        as field,
    'school_silent'                             as code,
    null                                        as sourced_id,
    schools.school_id
    || if(schools.name <> schools.school_id, ', ' || schools.name || ',', '')
    || ' is in the settings, but no row of users.csv or classes.csv is of it' as value
from day.meta.schools as schools
where
    schools.school_id not in (select sent.id from sent)
    and ltrim(lower(schools.school_id), '0') not in (select ltrim(lower(sent.id), '0') from sent)
    and exists (select 1 from sent inner join day.meta.schools as named on sent.id = named.school_id)
    and exists (select 1 from day.raw.users)
    and exists (select 1 from day.raw.classes)
