-- the columns of book.roster.enrollments in which nothing is known of anybody.
-- grain: one row
-- reads: book.roster.enrollments
select
    list_filter([
        if(count(sourced_id) = 0, 'sourced_id', null),
        if(count(is_primary) = 0, 'is_primary', null),
        if(count(begin_date) = 0, 'begin_date', null),
        if(count(end_date) = 0, 'end_date', null)
    ], lambda name: name is not null)           as blank
from book.roster.enrollments
where in_force(since_sync, until_sync, $baseline)
