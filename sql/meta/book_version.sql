-- the version of the roster's schema.
-- grain: one row
select version
from book.meta.version
