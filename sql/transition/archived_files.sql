-- people or links of the target state: an archive comes from no file.
update "target"
set file = null
where until_sync is null and state = 'archived' and file is not null
