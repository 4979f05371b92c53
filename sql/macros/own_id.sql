-- own_id(id): the district's id of one that standard_id has made; any other as it is
create macro own_id(id) as
if(starts_with(trim(id), 'synthetic-id-'), url_decode(replace(substr(trim(id), 14), '_', '%')), id)
