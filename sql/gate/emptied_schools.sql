-- sync.holds: a school that most of its people or classes would leave for other schools in one night, as where every
-- row of an export carries the id of one school. Who is archived counts as well; three or more must move.
--     school_emptied   more than half of a school's students, staff or classes would move to other schools
-- grain: record_type, school_id
-- reads: sync.subjects, sync.measured
insert into day.sync.holds by name
with moves as (
    select record_type, school_id, count(*) as moves
    from (
        select record_type, unnest(leaves) as school_id
        from day.sync.subjects
        where operation = 'update' and record_type in ('students', 'staff', 'classes') and not exempt
    )
    group by record_type, school_id
)

select
    moves.record_type,
    'school_emptied'                            as code,
    'update'                                    as operation,
    moves.school_id,
    moves.moves                                 as changes,
    half_at_most(measured.base)                 as allowed,
    measured.base
from moves
inner join day.sync.measured as measured
    on moves.record_type = measured.record_type and moves.school_id = measured.school_id
where moves.moves >= 3 and moves.moves + measured.all_archives > measured.base / 2
