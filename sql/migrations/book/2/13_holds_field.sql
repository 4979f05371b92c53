-- sync.holds: the column field.
alter table book.sync.holds add column field varchar
