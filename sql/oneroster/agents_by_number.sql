-- oneroster.user_rows: contacts name students by sourcedId; from here on these are the students' numbers.
-- reads: oneroster.student_numbers
update day.oneroster.user_rows
set
    agent_ids = (
        select list(coalesce(numbers.number, named.id) order by named.position)
        from (
            select
                unnest(user_rows.agent_ids)         as id,
                generate_subscripts(user_rows.agent_ids, 1) as position
        ) as named
        left join day.oneroster.student_numbers as numbers on named.id = numbers.sourced_id
    )
where record_kind = 'contact' and len(agent_ids) > 0
