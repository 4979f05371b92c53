-- name_is_damaged(name): whether a name did not arrive as it is: letters of it are garbled, a quotation mark of it has
-- no partner (more of the row may be in it), or it has a line break or a backslash
create macro name_is_damaged(name) as
is_garbled(name)
or (length(name) - length(replace(name, '"', ''))) % 2 = 1
or regexp_matches(name, '[\\\r\n' || chr(8232) || chr(8233) || ']')
