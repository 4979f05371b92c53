-- sync.holds: the cause that it is a part of.
alter table book.sync.holds add column origin varchar
