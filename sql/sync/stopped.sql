-- sync.stopped: the changes that a cause stops by itself. A limit of a type, or of a type in a school, stops all
-- archives that rest on the same file, or on the same file in this school: what is missing from a file of which too
-- much is missing says nothing. Of an id in doubt all waits that the files say of it.
-- grain: origin, record_type, roster_id
-- reads: sync.subjects, sync.holds, sync.record_types, sync.guardian_links, sync.held_ids,
--     sync.losses, sync.matched_users, guardians.barred_twins
insert into day.sync.stopped by name
with reaching as (
    select *, null as only_file from day.sync.holds
    union all by name
    select distinct
        record_types.record_type,
        holds.code,
        holds.operation,
        holds.school_id,
        holds.origin,
        holds.file                              as only_file
    from day.sync.holds as holds
    cross join day.sync.record_types as record_types
    where holds.code in ('all_vanished', 'archive_limit', 'school_limit', 'school_vanished')
)

select
    holds.origin,
    subjects.record_type,
    subjects.roster_id
from day.sync.subjects as subjects
inner join reaching as holds
    on
        subjects.record_type = holds.record_type
        and (holds.only_file is null or subjects.file = holds.only_file)
        and (
            holds.operation is null
            or subjects.operation = holds.operation
            or (
                holds.code in ('source_absent', 'add_limit', 'turnover')
                and holds.operation = 'add'
                and subjects.operation = 'restore'
            )
        )
        and (
            holds.school_id is null
            or list_contains(
                if(holds.code = 'school_emptied', subjects.leaves, subjects.school_ids), holds.school_id
            )
        )
        and (holds.grade is null or subjects.grade = holds.grade)
        and (holds.field is null or list_contains(subjects.changed, holds.field))
        and (holds.code <> 'still_named' or subjects.still_named)
        and (
            holds.code <> 'values_lost'
            or (subjects.record_type, subjects.roster_id, holds.field) in (
                select (losses.record_type, losses.roster_id, losses.field) from day.sync.losses as losses
            )
        )
        -- an update that loses nothing by a row that is missing
        and (
            holds.code <> 'key_unreadable'
            or holds.operation = 'archive'
            or (subjects.record_type, subjects.roster_id) in (
                select (losses.record_type, losses.roster_id)
                from day.sync.losses as losses
                where losses.record_type in ('guardians', 'guardian_links') or losses.field = 'orgSourcedIds'
            )
        )
        and (
            holds.code <> 'source_absent'
            or subjects.roster_id in (select roster_id from day.sync.guardian_links where waits)
        )
        -- what follows from another change follows its fate
        and (
            not subjects.consequence
            or (holds.operation is null and subjects.record_type not in ('enrollments', 'guardian_links'))
        )
where
    not subjects.exempt
    and holds.code not in ('identity_changed', 'id_exchanged', 'column_slipped', 'id_moved', 'barred_twin')
group by holds.origin, subjects.record_type, subjects.roster_id
union all
select
    held.origin,
    held.record_type,
    held.roster_id
from day.sync.held_ids as held
inner join day.sync.subjects using (record_type, roster_id)
union all
select
    holds.origin,
    'guardian_links'                            as record_type,
    links.roster_id
from day.sync.holds as holds
inner join day.guardians.barred_twins as twins
    on
        holds.code = 'barred_twin'
        and holds.origin = 'barred_twin ' || key_part(twins.contact_id) || '|' || key_part(twins.student_id)
inner join day.sync.matched_users as contacts
    on twins.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
inner join day.sync.matched_users as students
    on twins.student_id = students.sourced_id and students.record_type = 'students'
inner join day.sync.guardian_links as links
    on contacts.roster_id = links.contact_roster_id and students.roster_id = links.student_roster_id
