-- book.sync.causes: the rows that do not say whose they are; of an earlier cause they are not known. The
-- oldest rosters have no such table: it is made with the column.
alter table if exists book.sync.causes add column if not exists rows varchar[]
