-- raw.classes: the ids of the district in place of those that an export of ours made of them.
update day.raw.classes
set
    sourced_id = own_id(sourced_id),
    course_sourced_id = own_id(course_sourced_id),
    school_sourced_id = own_id(school_sourced_id),
    term_sourced_ids = own_ids(term_sourced_ids)
