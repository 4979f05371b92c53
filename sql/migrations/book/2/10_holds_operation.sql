-- sync.holds: the column operation.
alter table book.sync.holds add column operation varchar
