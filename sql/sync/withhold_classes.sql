-- sync.classes: withhold the changes that the gate stopped.
-- reads: sync.stopped
update day.sync.classes
set withheld = true
where roster_id in (select roster_id from day.sync.stopped where record_type = 'classes')
