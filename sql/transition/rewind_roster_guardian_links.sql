-- roster.guardian_links: forget what came after sync $target, in a scratch copy of the roster.
delete from book.roster.guardian_links
where since_sync > $target
