-- oneroster.class_rows: each row of classes.csv with its verdict.
-- grain: line
-- reads: raw.classes, meta.schools
insert into day.oneroster.class_rows by name
with trimmed as (
    select
        line,
        nullif(trim(sourced_id), '')            as sourced_id,
        nullif(trim(title), '')                 as title,
        nullif(trim(school_sourced_id), '')     as school_id,
        hash(
            title,
            grades,
            school_sourced_id,
            subjects,
            subject_codes,
            -- columns of classes: {field},
            periods,
            location,
            class_code,
            class_type,
            course_sourced_id,
            term_sourced_ids
            -- end of columns
        )                                       as content          -- the same for two rows that say the same
    from day.raw.classes
),

repeated as (
    select
        sourced_id,
        count(distinct content)                 as contents,
        min(line)                               as first_line
    from trimmed
    where sourced_id is not null
    group by sourced_id
    having count(*) > 1
),

decided as (
    select
        trimmed.line,
        trimmed.sourced_id,
        case
            when coalesce(trimmed.sourced_id, trimmed.title, trimmed.school_id) is null then 'row_blank'
            when trimmed.sourced_id is null then 'key_missing'
            when trimmed.title is null then 'title_missing'
            when trimmed.school_id is null and $scope = 'district' then 'school_missing'
            when
                trimmed.school_id is not null
                and trimmed.school_id not in (select school_id from day.meta.schools) then 'other_school'
            when repeated.contents > 1 then 'id_repeated'
            when trimmed.line > repeated.first_line then 'row_repeated'
        end                                     as reason
    from trimmed
    left join repeated using (sourced_id)
)

select
    line,
    sourced_id,
    case
        when reason is null then 'accepted'
        when reason in ('other_school', 'row_repeated', 'row_blank') then 'excluded'
        else 'rejected'
    end                                         as verdict,
    reason
from decided
