-- is_among(header, headers): whether a column is one of several, which stand with commas between them
create macro is_among(header, headers) as
headers is not null and list_contains(string_split(headers, ','), header)
