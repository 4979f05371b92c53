-- meta.version: the roster has been brought to this version.
update book.meta.version
set version = $version
