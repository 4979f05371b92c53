-- sync.classes: withhold the archives of classes when the gate stopped them, and of classes that are still named.
-- reads: sync.holds
update day.sync.classes
set withheld = true
where
    operation = 'archive'
    and (still_named or 'classes' in (select record_type from day.sync.holds where code <> 'still_named'))
