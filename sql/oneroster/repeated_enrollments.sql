-- oneroster.enrollment_rows: of several accepted rows about one person in one class, the one that counts on the sync
-- date.
-- That is a stint that is under way, else the next one to come, else the last one; of two rows about the same stint the
-- one that is primary. The order of the rows never matters. A row that says just what the one before it says is
-- row_repeated; the others are other_stint. Grouping six million keys of three texts is expensive, their hashes are
-- not:
-- what may be repeated is compared exactly.
-- grain: line
-- reads: oneroster.enrollment_rows
update day.oneroster.enrollment_rows as rows
set
    verdict = 'excluded',
    reason = if(ranked.says_the_same, 'row_repeated', 'other_stint')
from (
    select
        line,
        row_number() over stints                as place,
        coalesce(
            (begin_date, end_date, is_primary) is not distinct from lag((begin_date, end_date, is_primary)) over stints,
            false
        )                                       as says_the_same
    from (
        select
            *,
            case
                when coalesce(begin_date, '') <= $today and coalesce(end_date > $today, true) then 1
                when begin_date > $today then 2
                else 3
            end                                 as turn
        from day.oneroster.enrollment_rows
        where
            verdict = 'accepted'
            and hash(class_sourced_id, user_sourced_id, role) in (
                select hash(class_sourced_id, user_sourced_id, role)
                from day.oneroster.enrollment_rows
                where verdict = 'accepted'
                group by all
                having count(*) > 1
            )
    )
    window stints as (
        partition by class_sourced_id, user_sourced_id, by_number, role
        order by
            turn,
            if(turn = 2, begin_date, null),
            if(turn = 3, end_date, null) desc,
            begin_date desc nulls last,
            end_date desc nulls first,
            is_primary desc nulls last,
            sourced_id nulls first,
            line
    )
) as ranked
where rows.line = ranked.line and ranked.place > 1
