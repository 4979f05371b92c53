-- book.sync.causes: the rows that do not say whose they are; of an earlier cause they are not known.
alter table book.sync.causes add column rows varchar[]
