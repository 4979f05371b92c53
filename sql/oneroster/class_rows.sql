-- oneroster.class_rows: each row of classes.csv with its verdict.
-- grain: line
-- reads: raw.classes, meta.schools
insert into day.oneroster.class_rows by name
with trimmed as (
    select
        line,
        -- what a spreadsheet has put in the place of an id is none
        if(
            list_contains($opened, 'classes.csv') and is_spreadsheet_value(sourced_id),
            null, nullif(trim(sourced_id), '')
        )                                       as sourced_id,
        title_sent(title)                      as title,
        nullif(trim(school_sourced_id), '')     as school_id,
        is_inactive(status)                     as is_inactive,
        is_status_unknown(status)               as is_status_unknown,
        hash(
            trim(title),
            trim(grades, ' "'),
            trim(school_sourced_id),
            trim(subjects, ' "'),
            trim(subject_codes, ' "'),
            -- columns of classes: trim({field}, ' "'),
            trim(periods, ' "'),
            trim(location, ' "'),
            trim(class_code, ' "'),
            trim(class_type, ' "'),
            trim(course_sourced_id, ' "'),
            trim(term_sourced_ids, ' "')
            -- end of columns
        )                                       as content          -- the same for two rows that say the same
    from day.raw.classes
),

-- what is wrong with a row by itself
judged as (
    select
        *,
        case
            when coalesce(sourced_id, title, school_id) is null then 'row_blank'
            when sourced_id is null then 'key_missing'
            when is_inactive then 'status_inactive'
            when is_status_unknown then 'status_unknown'
            when school_id is null and $scope = 'district' then 'school_missing'
            when
                school_id is not null
                and school_id not in (select school_id from day.meta.schools) then 'other_school'
        end                                     as own_reason
    from trimmed
),

repeated as (
    select
        sourced_id,
        count(distinct content)                 as contents,
        min(line)                               as first_line
    from judged
    where own_reason is null
    group by sourced_id
    having count(*) > 1
),

decided as (
    select
        judged.line,
        judged.sourced_id,
        case
            when own_reason is not null then own_reason
            when repeated.contents > 1 then 'id_repeated'
            when judged.line > repeated.first_line then 'row_repeated'
        end                                     as reason
    from judged
    left join repeated using (sourced_id)
)

select
    line,
    sourced_id,
    case
        when reason is null then 'accepted'
        when reason in ('other_school', 'row_repeated', 'row_blank', 'status_inactive') then 'excluded'
        else 'rejected'
    end                                         as verdict,
    reason
from decided
