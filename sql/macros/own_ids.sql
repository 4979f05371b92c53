-- own_ids(ids): the same of a list of ids with commas between them
create macro own_ids(ids) as
if(
    contains(ids, 'synthetic-id-'),
    array_to_string(list_transform(string_split(ids, ','), lambda id: own_id(id)), ','),
    ids
)
