-- sync.users: withhold the archives of people whose type the gate stopped, and of people who are still named.
-- reads: sync.holds
update day.sync.users
set withheld = true
where
    operation = 'archive'
    and (
        still_named
        or (not consequence and record_type in (select record_type from day.sync.holds where code <> 'still_named'))
    )
