-- sync.holds: the file that the changes rest on.
alter table book.sync.holds add column file varchar
