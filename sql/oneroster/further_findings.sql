-- oneroster.findings of contacts.csv, guardians.csv and student_attributes.csv: rows left out for an error, and flags
-- that cannot be read, and names whose letters are garbled.
-- grain: file, line, code
-- reads: oneroster.contacts, oneroster.guardians, oneroster.student_attributes, oneroster.cell_states
insert into day.oneroster.findings by name
with rows as (
    select
        'contacts.csv'                          as file,
        line,
        contact_id                              as sourced_id,
        reason,
        verdict,
        null                                    as role
    from day.oneroster.contacts
    union all by name
    select
        'guardians.csv'                         as file,
        line,
        guardian_id                             as sourced_id,
        reason,
        verdict,
        role
    from day.oneroster.guardians
    union all by name
    select
        'student_attributes.csv'                as file,
        line,
        student_id                              as sourced_id,
        reason,
        verdict
    from day.oneroster.student_attributes
)

select
    rows.file,
    rows.line,
    case rows.reason when 'bar_unknown' then 'noContact' when 'role_unknown' then 'role' end as field,
    rows.reason                                 as code,
    rows.sourced_id,
    case rows.reason when 'bar_unknown' then cells.sent when 'role_unknown' then rows.role end as value
from rows
left join day.oneroster.cell_states as cells
    on rows.file = cells.file and rows.line = cells.line and cells.field = 'no_contact'
where rows.verdict = 'rejected'
union all by name
select
    rows.file,
    rows.line,
    case cells.field
        when 'legal_guardian' then 'legalGuardian' when 'lives_with' then 'livesWith' else cells.field
    end                                         as field,
    'flag_unknown'                              as code,
    rows.sourced_id,
    cells.sent                                  as value
from rows
inner join day.oneroster.cell_states as cells on rows.file = cells.file and rows.line = cells.line
where
    rows.verdict = 'accepted'
    and cells.state = 'unreadable'
    and cells.field in ('legal_guardian', 'custody', 'lives_with', 'emergency', 'priority')
union all by name
select
    file,
    min(line)                                   as line,
    'letters_garbled'                           as code,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(line, 3), ', ') as value
from (
    select 'contacts.csv' as file, line, concat_ws(' ', given_name, family_name, middle_name) as names
    from day.oneroster.contacts
    union all
    select 'guardians.csv' as file, line, concat_ws(' ', given_name, family_name) as names
    from day.oneroster.guardians
)
where is_garbled(names)
group by file
