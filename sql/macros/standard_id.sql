-- standard_id(id, has_another): an id as the standard allows one: letters, digits and . - _ / @, fewer than 256 of
-- them. Any other, and one that another person has as a student number, becomes synthetic-id- and the id with _ and two
-- hexadecimal digits for each byte that is not allowed, which own_id reads; one too long for that has a digest, which
-- nothing reads.
create macro standard_id(id, has_another) as
case
    when
        regexp_full_match(id, '[A-Za-z0-9._/@-]+')
        and length(id) < 256 and not starts_with(id, 'synthetic-id-') and not has_another
        then id
    when length(url_encode(id)) <= 200
        then
            'synthetic-id-'
            || replace(replace(replace(replace(url_encode(id), '_', '%5F'), '~', '%7E'), '*', '%2A'), '%', '_')
    else 'synthetic-long-' || sha256(id)
end
