-- raw.enrollments: the ids of the district in place of those that an export of ours made of them.
update day.raw.enrollments
set
    sourced_id = own_id(sourced_id),
    class_sourced_id = own_id(class_sourced_id),
    user_sourced_id = own_id(user_sourced_id),
    school_sourced_id = own_id(school_sourced_id)
