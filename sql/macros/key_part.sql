-- key_part(id): an id as a part of a key of several ids with | between them: no two lists of ids have the same key
create macro key_part(id) as
replace(replace(id, '\', '\\'), '|', '\|')
