-- sync.counts: the column filled.
alter table book.sync.counts add column filled bigint default 0
