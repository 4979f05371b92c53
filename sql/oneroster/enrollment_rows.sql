-- oneroster.enrollment_rows: each row of enrollments.csv with its verdict.
-- grain: line
-- reads: raw.enrollments, oneroster.user_rows, oneroster.class_rows, meta.schools
insert into day.oneroster.enrollment_rows by name
with trimmed as (
    select
        line,
        nullif(trim(class_sourced_id), '')      as class_sourced_id,
        nullif(trim(user_sourced_id), '')       as user_sourced_id,
        nullif(lower(trim(role)), '')           as role,
        nullif(trim(school_sourced_id), '')     as school_id
    from day.raw.enrollments
),

-- of several rows of an id with different verdicts, accepted counts before rejected, and that before excluded
classes as (
    select
        sourced_id,
        arg_min(verdict, case verdict when 'accepted' then 1 when 'rejected' then 2 else 3 end) as verdict
    from day.oneroster.class_rows
    group by sourced_id
),

users as (
    select
        sourced_id,
        arg_min(verdict, case verdict when 'accepted' then 1 when 'rejected' then 2 else 3 end) as verdict,
        bool_and(record_kind = 'contact')       as is_contact
    from day.oneroster.user_rows
    group by sourced_id
),

decided as (
    select
        trimmed.*,
        case
            when coalesce(trimmed.class_sourced_id, trimmed.user_sourced_id, trimmed.role) is null then 'row_blank'
            when trimmed.class_sourced_id is null then 'class_missing'
            when trimmed.user_sourced_id is null then 'user_missing'
            when trimmed.role is null then 'role_missing'
            when trimmed.role not in ('student', 'teacher', 'aide', 'proctor', 'administrator') then 'role_unknown'
            when
                trimmed.school_id is not null
                and trimmed.school_id not in (select school_id from day.meta.schools) then 'other_school'
            when classes.verdict = 'excluded' or users.verdict = 'excluded' then 'other_school'
            when classes.verdict is null then 'class_unknown'
            when users.verdict is null then 'user_unknown'
            when classes.verdict = 'rejected' then 'class_rejected'
            when users.verdict = 'rejected' then 'user_rejected'
            when users.is_contact then 'user_is_contact'
        end                                     as reason
    from trimmed
    left join classes on trimmed.class_sourced_id = classes.sourced_id
    left join users on trimmed.user_sourced_id = users.sourced_id
),

first_lines as (
    select
        class_sourced_id,
        user_sourced_id,
        role,
        min(line)                               as first_line
    from decided
    where reason is null
    group by class_sourced_id, user_sourced_id, role
    having count(*) > 1
),

complete as (
    select
        decided.* replace (
            coalesce(decided.reason, if(decided.line > first_lines.first_line, 'row_repeated', null)) as reason
        )
    from decided
    left join first_lines using (class_sourced_id, user_sourced_id, role)
)

select
    line,
    class_sourced_id,
    user_sourced_id,
    role,
    case
        when reason is null then 'accepted'
        when reason in ('other_school', 'row_repeated', 'row_blank') then 'excluded'
        else 'rejected'
    end                                         as verdict,
    reason
from complete
