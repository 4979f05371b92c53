-- sync.users: withhold the archives of people whose type the gate stopped.
-- reads: sync.holds
update day.sync.users
set withheld = true
where
    operation = 'archive'
    and not consequence
    and record_type in (select record_type from day.sync.holds)
