-- name_words(name): the words of a name in small letters, without accents and punctuation
create macro name_words(name) as
list_filter(
    string_split_regex(lower(strip_accents(coalesce(name, ''))), '[^\pL\pN]+'), lambda word: word <> ''
)
