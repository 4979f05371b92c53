-- in_force(since_sync, until_sync, number): whether a version of the roster was the current one after sync `number`
create macro in_force(since_sync, until_sync, number) as
since_sync <= number and (until_sync is null or until_sync > number)
