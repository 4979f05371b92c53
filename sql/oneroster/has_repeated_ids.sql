-- whether an id of users.csv stands in several good rows.
-- grain: one row
-- reads: oneroster.user_rows
select
    count(sourced_id) > count(distinct if(sourced_id is null, null, (sourced_id, by_number))) as has_repeated_ids
from day.oneroster.user_rows
where verdict = 'accepted'
