-- sync.users: who would have had another role alone, and keeps it, does not change.
delete from day.sync.users
where operation in ('update', 'fill') and record_type = 'guardians' and former_type is null and len(changed) = 0
