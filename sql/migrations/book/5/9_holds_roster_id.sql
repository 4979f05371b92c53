-- sync.holds: the record that it is about.
alter table book.sync.holds add column roster_id bigint
