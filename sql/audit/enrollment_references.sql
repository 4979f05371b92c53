-- how many enrollments of the day name a class or a person that the day does not have.
-- grain: one row
-- reads: oneroster.enrollments, oneroster.classes, oneroster.users, oneroster.known
select count(*) as broken
from day.oneroster.enrollments
where
    class_sourced_id not in (
        select sourced_id from day.oneroster.classes
        union all
        select sourced_id from day.oneroster.known where file = 'classes.csv'
    )
    or (user_sourced_id, by_number) not in (
        select (sourced_id, by_number) from day.oneroster.users
        union all
        select (sourced_id, by_number) from day.oneroster.known where file = 'users.csv'
    )
