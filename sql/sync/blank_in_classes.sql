-- the columns of book.roster.classes in which nothing is known of anybody.
-- grain: one row
-- reads: book.roster.classes
select
    list_filter([
        if(count(grades) = 0, 'grades', null),
        -- columns of classes: if(count({field}) = 0, '{field}', null),
        if(count(periods) = 0, 'periods', null),
        if(count(location) = 0, 'location', null),
        if(count(class_code) = 0, 'class_code', null),
        if(count(class_type) = 0, 'class_type', null),
        if(count(course_sourced_id) = 0, 'course_sourced_id', null),
        if(count(term_sourced_ids) = 0, 'term_sourced_ids', null)
        -- end of columns
    ], lambda name: name is not null)           as blank
from book.roster.classes
where since_sync <= $baseline and (until_sync is null or until_sync > $baseline)
