-- sync.counts: the column waiting.
alter table book.sync.counts add column waiting bigint default 0
