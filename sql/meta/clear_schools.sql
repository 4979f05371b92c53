-- meta.schools for a check of files alone: none, until the files have been read.
-- grain: school_id
-- reads: meta.schools
truncate day.meta.schools
