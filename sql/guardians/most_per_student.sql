-- guardians.guardians: of more than $most guardians of a student those with the first priorities stay, and of equals
-- those whom the earlier rule made guardians (guardians.most_per_student of the settings).
-- reads: guardians.guardians
update day.guardians.guardians
set
    role = null,
    rule_position = null,
    verdict = 'too_many',
    reason = 'left out by priority: the student has more guardians than the district allows'
from (
    select contact_id, student_id
    from day.guardians.guardians
    where role is not null
    qualify
        row_number() over (
            partition by student_id
            order by priority nulls last, rule_position, contact_id
        ) > $most
) as beyond
where guardians.contact_id = beyond.contact_id and guardians.student_id = beyond.student_id
