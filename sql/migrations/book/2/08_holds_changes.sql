-- sync.holds: the number of changes was called archives, for there were no other holds.
alter table book.sync.holds rename column archives to changes
