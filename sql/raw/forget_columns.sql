-- raw.columns: those of a file that has no rows go, for it counts as not sent.
-- grain: file, position
-- reads: nothing
delete from day.raw.columns
where file = $file
