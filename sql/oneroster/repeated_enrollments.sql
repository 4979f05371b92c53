-- oneroster.enrollment_rows: of several accepted rows with the same key, the first counts. Grouping six million keys of
-- three texts is dear, their hashes are not; what may be repeated is looked at exactly.
-- grain: line
-- reads: oneroster.enrollment_rows
update day.oneroster.enrollment_rows
set verdict = 'excluded', reason = 'row_repeated'
where
    line in (
        select line
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
        qualify row_number() over (partition by class_sourced_id, user_sourced_id, role order by line) > 1
    )
