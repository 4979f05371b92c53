-- oneroster.findings of users.csv: one for each row that was left out for an error, stands there twice, or has
-- a flag that cannot be read.
-- grain: line
-- reads: oneroster.user_rows, oneroster.cell_states
insert into day.oneroster.findings by name
select
    'users.csv'         as file,
    line,
    case
        when reason in ('key_missing', 'id_repeated')
            then if($student_id = 'identifier' and record_kind = 'student', 'identifier', 'sourcedId')
        when reason = 'role_missing' then 'role'
        when reason = 'role_unknown' then 'role'
        when reason = 'name_missing' then 'familyName'
        when reason = 'school_missing' then 'orgSourcedIds'
        when reason = 'school_unreadable' then 'orgSourcedIds'
    end                 as field,
    reason              as code,
    sourced_id,
    case reason
        when 'role_unknown' then role
        when 'id_repeated' then sourced_id
    end                 as value
from day.oneroster.user_rows
where (verdict = 'rejected' and reason <> 'status_unknown') or reason = 'row_repeated'
union all
select
    'users.csv'         as file,
    people.line,
    'legalGuardian'     as field,
    'flag_unknown'      as code,
    people.sourced_id,
    cells.sent          as value
from day.oneroster.user_rows as people
inner join day.oneroster.cell_states as cells on people.line = cells.line
where
    people.verdict = 'accepted'
    and cells.file = 'users.csv'
    and cells.field = 'legal_guardian'
    and cells.state = 'unreadable'
