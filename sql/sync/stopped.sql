-- sync.stopped: the changes that a hold stops by itself. Of an id in doubt all that the files say of it.
-- grain: record_type, roster_id
-- reads: sync.subjects, sync.holds, sync.held_ids
insert into day.sync.stopped by name
select distinct subjects.record_type, subjects.roster_id
from day.sync.subjects as subjects
inner join day.sync.holds as holds
    on
        subjects.record_type = holds.record_type
        and (
            holds.operation is null
            or subjects.operation = holds.operation
            or (
                holds.code in ('weaker_evidence', 'add_limit', 'turnover')
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
        -- what follows from another change follows its fate
        and (not subjects.consequence or holds.operation is null)
where
    not subjects.exempt
    and holds.code not in ('identity_changed', 'id_exchanged', 'column_slipped', 'id_moved')
union all
select record_type, roster_id
from day.sync.held_ids
