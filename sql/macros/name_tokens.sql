-- name_tokens(name): the parts of a name as they are compared: small letters without accents and punctuation, without
-- particles (de la, van) and Jr or Sr, unless there is nothing else; and all of them as one word (Mary-Kate, Marykate).
create macro name_tokens(name) as
list_transform(
    [string_split(
        trim(regexp_replace(
            regexp_replace(
                translate(lower(strip_accents(coalesce(name, ''))), 'øłđðħıþ', 'olddhit'), '[''’‘`´.]', '', 'g'
            ),
            '[^\pL\pN]+', ' ', 'g'
        )),
        ' '
    )],
    lambda parts: list_transform(
        [list_filter(
            parts,
            lambda part: part not in (
                'al', 'bin', 'da', 'das', 'de', 'del', 'den', 'der', 'di', 'do', 'dos', 'du', 'el', 'i', 'ibn', 'ii',
                'iii', 'iv', 'jr', 'la', 'las', 'le', 'los', 'mac', 'mc', 'o', 'sr', 'st', 'ten', 'ter', 'van', 'von',
                'y', 'zu', ''
            )
        )],
        lambda kept: if(
            len(kept) = 0,
            if(parts = [''], [], parts),
            if(len(kept) = 1, kept, list_append(kept, array_to_string(kept, '')))
        )
    )[1]
)[1]
