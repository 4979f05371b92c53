-- whether a file is an export of ours with ids that the standard does not allow, in the form that it does.
-- grain: one row
-- reads: raw.columns, raw.users, raw.classes
select
    exists (select 1 from day.raw.columns where field = 'synthetic')
    and (
        exists (
            select 1
            from day.raw.users
            where
                starts_with(sourced_id, 'synthetic-id-')
                or contains(agent_sourced_ids, 'synthetic-id-')
                or contains(org_sourced_ids, 'synthetic-id-')
        )
        or exists (
            select 1
            from day.raw.classes
            where
                starts_with(sourced_id, 'synthetic-id-')
                or starts_with(course_sourced_id, 'synthetic-id-')
                or contains(term_sourced_ids, 'synthetic-id-')
        )
    )                                           as has_made_ids
