-- guardians.guardians: a link that is there, of somebody who seems to be a person who is barred, goes until a person
-- says who it is; on a district's first night, when no gate can hold them, such links are not made.
-- reads: guardians.barred_twins
update day.guardians.guardians
set
    role = null,
    rule_position = null,
    verdict = 'barred_twin',
    is_barred = true,
    reason = 'barred: seems to be ' || twins.barred_contact_id || ', who is barred'
from day.guardians.barred_twins as twins
where
    day.guardians.guardians.contact_id = twins.contact_id
    and day.guardians.guardians.student_id = twins.student_id
    and twins.is_withheld
    and (twins.is_linked or $initial)
