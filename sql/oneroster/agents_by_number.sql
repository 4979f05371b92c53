-- oneroster.user_rows: contacts and staff name students by sourcedId; from here on these are the students' numbers.
-- Students name their contacts, and some of them students: sql/guardians/pairs.sql.
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
where record_kind in ('contact', 'staff') and len(agent_ids) > 0
