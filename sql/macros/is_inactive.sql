-- is_inactive(status): whether a row says that its record is not active, as in a delta set (tobedeleted) or in words of
-- its own; a blank cell says nothing of the kind. A word that is none is no such statement: is_status_unknown
create macro is_inactive(status) as
coalesce(
    translate(lower(status), ' _-".,;', '') in (
        'tobedeleted', 'inactive', 'notactive', 'deleted', 'delete', 'del', 'removed', 'archived', 'withdrawn',
        'withdrew', 'dropped', 'disabled', 'deactivated', 'exited', 'left', 'terminated', 'transferred',
        'transferredout', 'graduated', 'unenrolled', 'former', 'i', 'n', 'no', 'f', 'false'
    ),
    false
)
