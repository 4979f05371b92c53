-- guardians.contact_rows: a contact's row counts as accepted when it leads to a link, else as excluded with the reason.
-- grain: line
-- reads: oneroster.user_rows, guardians.guardians
insert into day.guardians.contact_rows by name
select
    rows.line,
    if(count(guardians.role) > 0, 'accepted', 'excluded') as verdict,
    if(
        count(guardians.role) > 0, null, coalesce(min(guardians.reason), 'no student is named for the contact')
    ) as reason
from day.oneroster.user_rows as rows
left join day.guardians.guardians as guardians
    on rows.sourced_id = guardians.contact_id
    -- a row that names nobody speaks for all students that name the contact
    and (len(rows.agent_ids) = 0 or list_contains(rows.agent_ids, guardians.student_id))
where rows.verdict = 'accepted' and rows.record_kind = 'contact'
group by rows.line
