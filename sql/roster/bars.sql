-- roster.bars: those that tonight's files set.
-- grain: contact_id, student_id, kind, file, since_sync
-- reads: sync.bars, sync.verdict
insert into book.roster.bars by name
select
    contact_id,
    student_id,
    contact_roster_id,
    student_roster_id,
    kind,
    file,
    $sync_date::date    as sync_date,
    coalesce(decision, (select decisions from day.sync.verdict)) as decisions,
    $sync               as since_sync,
    given_name,
    family_name,
    email,
    sms,
    student_given_name,
    student_family_name,
    student_identifier
from day.sync.bars
where change = 'begins'
