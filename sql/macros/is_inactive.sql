-- is_inactive(status): whether a row says that its record is not active; a blank cell says nothing of the kind, nor
-- does tobedeleted, for which the whole set is rejected
create macro is_inactive(status) as
coalesce(
    lower(trim(status)) not in (
        '', 'active', 'a', 'enrolled', 'current', '1', 'true', 'yes', 'y', 'tobedeleted', '--', '-', 'null', 'n/a', '\n'
    ),
    false
)
