-- sync.classes: withhold the archives of classes when the gate stopped them.
-- reads: sync.holds
update day.sync.classes
set withheld = true
where operation = 'archive' and 'classes' in (select record_type from day.sync.holds)
