-- oneroster.findings of contacts.csv, guardians.csv and student_attributes.csv: rows left out for an error, and flags
-- that cannot be read, and names whose letters are garbled.
-- grain: file, line, code
-- reads: oneroster.contacts, oneroster.guardians, oneroster.student_attributes
insert into day.oneroster.findings by name
with rows as (
    select
        'contacts.csv'                          as file,
        line,
        contact_id                              as sourced_id,
        reason,
        verdict,
        no_contact_sent,
        null                                    as role,
        if(legal_guardian is null, legal_guardian_sent, null) as unknown_flag
    from day.oneroster.contacts
    union all by name
    select
        'guardians.csv'                         as file,
        line,
        guardian_id                             as sourced_id,
        reason,
        verdict,
        no_contact_sent,
        role,
        if(legal_guardian is null, legal_guardian_sent, null) as unknown_flag
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
    file,
    line,
    case reason when 'bar_unknown' then 'noContact' when 'role_unknown' then 'role' end as field,
    reason                                      as code,
    sourced_id,
    case reason when 'bar_unknown' then no_contact_sent when 'role_unknown' then role end as value
from rows
where verdict = 'rejected'
union all by name
select
    file,
    line,
    'legalGuardian'                             as field,
    'flag_unknown'                              as code,
    sourced_id,
    unknown_flag                                as value
from rows
where verdict = 'accepted' and unknown_flag is not null
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
