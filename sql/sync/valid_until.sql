-- the first date after the sync date on which the same files may mean something else, because a stint in a class begins
-- or ends there: where a person has several stints in one class, and where a setting leaves out enrollments for their
-- dates; or because other files would be made from a set in another format. No date: never.
-- grain: one row
-- reads: oneroster.enrollment_rows, raw.turns
with turning as (
    select begin_date, end_date
    from day.oneroster.enrollment_rows
    where
        reason in ('other_stint', 'has_ended', 'is_to_come')
        or (
            verdict = 'accepted'
            and (
                $dates_matter
                or (class_sourced_id, user_sourced_id, role) in (
                    select (class_sourced_id, user_sourced_id, role)
                    from day.oneroster.enrollment_rows
                    where reason = 'other_stint'
                )
            )
        )
)

select min(try_cast(turn as date)) as valid_until
from (
    select begin_date as turn from turning
    union all
    select end_date as turn from turning
    union all
    select turns_on::varchar as turn from day.raw.turns
)
where try_cast(turn as date) > $sync_date
