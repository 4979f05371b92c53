-- the syncs that the roster holds, with the line of the ledger that each follows.
-- grain: number
-- reads: book.sync.syncs
select number, previous_sha256
from book.sync.syncs
