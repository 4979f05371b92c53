-- the migration alone needs it
drop table book.roster.merged
