-- sync.holds: the column school_id.
alter table book.sync.holds add column school_id varchar
