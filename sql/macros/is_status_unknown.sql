-- is_status_unknown(status): whether the cell holds a word of which nobody can say whether the record is active
create macro is_status_unknown(status) as
coalesce(
    not is_inactive(status)
    and translate(lower(status), ' _-".,;', '') not in (
        '', 'active', 'a', 'enrolled', 'current', '1', 'true', 't', 'yes', 'y', 'null', 'n/a', '\n', 'nan', 'none'
    ),
    false
)
