-- sync.holds: the column grade.
alter table book.sync.holds add column grade varchar
