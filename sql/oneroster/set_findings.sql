-- oneroster.findings of the whole set: what makes a delivery useless as a whole, so that it is rejected.
-- grain: file, code
-- reads: raw.columns, raw.users, raw.classes, raw.enrollments, raw.unreadable, raw.deltas, oneroster.user_rows,
--     oneroster.class_rows, oneroster.enrollment_rows, meta.schools
insert into day.oneroster.findings by name
with verdicts as (
    -- contacts alone are no roster: whether they take part depends on their students
    select 'users.csv' as file, if(record_kind = 'contact', 'excluded', verdict) as verdict, reason
    from day.oneroster.user_rows
    union all
    select 'classes.csv' as file, verdict, reason from day.oneroster.class_rows
    union all
    select 'enrollments.csv' as file, verdict, reason from day.oneroster.enrollment_rows
    union all
    select file, 'rejected' as verdict, 'field_count' as reason
    from day.raw.unreadable
    where file in ('users.csv', 'classes.csv', 'enrollments.csv')
),

useless as (
    select
        file,
        bool_or(reason = 'other_school') as has_other_school
    from verdicts
    group by file
    -- an enrollment that a setting leaves out for its dates is as good as one that counts
    having count(*) filter (where verdict = 'accepted' or coalesce(reason in ('has_ended', 'is_to_come'), false)) = 0
),

schools_sent as (
    select distinct 'users.csv' as file, trim(id) as school_id
    from (select unnest(string_split(org_sourced_ids, ',')) as id from day.raw.users where org_sourced_ids <> '')
    union all
    select distinct 'classes.csv' as file, trim(school_sourced_id) as school_id
    from day.raw.classes
    where trim(school_sourced_id) <> ''
    union all
    select distinct 'enrollments.csv' as file, trim(school_sourced_id) as school_id
    from day.raw.enrollments
    where trim(school_sourced_id) <> ''
),

both_lists as (
    select
        file,
        'in the settings: '
        || (select string_agg(school_id, ', ' order by school_id) from day.meta.schools)
        || '; in the file: '
        || array_to_string(list_sort(list(school_id))[1:20], ', ')
        || if(count(*) > 20, ', and ' || (count(*) - 20) || ' more', '') as schools,
        bool_or(school_id in (select ltrim(schools.school_id, '0') from day.meta.schools as schools)) as lacks_zeros
    from schools_sent
    group by file
)

select
    useless.file,
    null                                        as line,
    null                                        as field,
    case
        when not useless.has_other_school then 'no_row_accepted'
        when (select bool_or(both_lists.lacks_zeros) from both_lists) then 'zeros_missing'
        else 'no_school_matches'
    end                                         as code,
    null                                        as sourced_id,
    if(
        useless.has_other_school,
        coalesce(both_lists.schools, 'its rows name no school; their classes and people belong to other schools'),
        null
    )                                           as value
from useless
left join both_lists using (file)
-- changes alone may all be of other schools, or of one row with an error
where
    useless.file not in (select deltas.file from day.raw.deltas as deltas)
    or (useless.has_other_school and (select bool_or(both_lists.lacks_zeros) from both_lists))
union all
select
    'users.csv'                                 as file,
    null                                        as line,
    null                                        as field,
    'no_student_usable'                         as code,
    null                                        as sourced_id,
    null                                        as value
from day.oneroster.user_rows
where record_kind = 'student'
having
    count(*) filter (where verdict = 'accepted') = 0
    and count(*) filter (where verdict = 'rejected') > 0
    and 'users.csv' not in (select deltas.file from day.raw.deltas as deltas)
    and 'users.csv' not in (select useless.file from useless)
union all
-- more than half of the students, or of all people, is more than may be lost without a person's word; of fewer than ten
-- nobody can say so much
select
    'users.csv'                                 as file,
    null                                        as line,
    null                                        as field,
    'most_rows_unusable'                        as code,
    null                                        as sourced_id,
    case
        when students * 2 > all_students then students || ' of ' || all_students || ' students'
        when people * 2 > all_people then people || ' of ' || all_people || ' rows'
        else others || ' of ' || all_others || ' rows that are not contacts'
    end                                         as value
from (
    select
        count(*) filter (where record_kind = 'student' and is_unusable) as students,
        count(*) filter (where record_kind = 'student' and verdict <> 'excluded') as all_students,
        count(*) filter (where is_unusable)     as people,
        -- of a role that is none nobody knows whose it is
        count(*) filter (where is_unusable and record_kind is null) as others,
        count(*) filter (where record_kind is distinct from 'contact') as all_others,
        count(*)                                as all_people
    from (
        select
            record_kind,
            verdict,
            verdict = 'rejected'                as is_unusable
        from day.oneroster.user_rows
        union all by name
        select null as record_kind, 'rejected' as verdict, true as is_unusable
        from day.raw.unreadable
        where file = 'users.csv'
    )
)
where
    (
        (students >= 10 and students * 2 > all_students)
        or (people >= 10 and people * 2 > all_people)
        or (others >= 10 and others * 2 > all_others)
    )
    and 'users.csv' not in (select useless.file from useless)
    and (students < all_students or all_students = 0)
union all
select
    'users.csv'                                 as file,
    null                                        as line,
    'agent_sourced_ids'                         as field,
    'guardians_not_linked'                      as code,
    null                                        as sourced_id,
    null                                        as value
from day.raw.columns
where file = 'users.csv'
group by file
having
    not bool_or(coalesce(field, '') = 'agent_sourced_ids')
    -- they are named elsewhere
    and not exists (select 1 from day.raw.columns where file in ('contacts.csv', 'guardians.csv'))
