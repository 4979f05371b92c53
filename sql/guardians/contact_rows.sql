-- guardians.contact_rows: a contact's row counts as accepted when it leads to a link, else as excluded with the reason.
-- grain: file, line
-- reads: oneroster.user_rows, oneroster.contacts, oneroster.guardians, guardians.guardians
insert into day.guardians.contact_rows by name
with judged as (
    select
        'users.csv'                             as file,
        rows.line,
        count(guardians.role) > 0               as is_linked,
        coalesce(min(guardians.reason), 'no student is named for the contact') as reason
    from day.oneroster.user_rows as rows
    left join day.guardians.guardians as guardians
        on rows.sourced_id = guardians.contact_id
        -- a row that names nobody speaks for all students that name the contact
        and (len(rows.agent_ids) = 0 or list_contains(rows.agent_ids, guardians.student_id))
    where rows.verdict = 'accepted' and rows.record_kind = 'contact'
    group by rows.line
    union all by name
    select
        'contacts.csv'                          as file,
        rows.line,
        guardians.role is not null              as is_linked,
        guardians.reason
    from day.oneroster.contacts as rows
    inner join day.guardians.guardians as guardians using (contact_id, student_id)
    where rows.verdict = 'accepted'
    union all by name
    select
        'guardians.csv'                         as file,
        rows.line,
        guardians.role is not null              as is_linked,
        guardians.reason
    from day.oneroster.guardians as rows
    inner join day.guardians.guardians as guardians
        on rows.guardian_id = guardians.contact_id and rows.student_id = guardians.student_id
    where rows.verdict = 'accepted'
)

select
    file,
    line,
    if(is_linked, 'accepted', 'excluded')       as verdict,
    if(is_linked, null, reason)                 as reason
from judged
