-- sync.holds: the base of the percentage was called active.
alter table book.sync.holds rename column active to base
