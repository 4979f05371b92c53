-- standard_ids(ids): standard_id of each of a list of ids with commas between them
create macro standard_ids(ids) as
if(ids = '', '', array_to_string(list_transform(string_split(ids, ','), lambda id: standard_id(id, false)), ','))
