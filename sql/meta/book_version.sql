-- the version of the roster's schema.
-- grain: one row
-- reads: book.meta.version
select version
from book.meta.version
