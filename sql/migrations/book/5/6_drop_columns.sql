-- sync.columns: roster.sources says which columns the files have had.
-- reads: book.sync.columns
drop table book.sync.columns
