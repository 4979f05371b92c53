-- roster.bars: what a bar compares is kept with it. Of earlier bars the roster knows it.
alter table book.roster.bars add column email varchar
