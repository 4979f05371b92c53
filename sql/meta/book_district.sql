-- the district whose roster this is.
-- grain: one row
-- reads: book.meta.district
select district from book.meta.district
