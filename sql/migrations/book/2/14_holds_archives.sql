-- sync.holds: every hold before this version was one of archives.
update book.sync.holds
set operation = 'archive'
