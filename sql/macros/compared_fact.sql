-- compared_fact(known, known_id, sent, sent_id): same or other; unknown where one is blank, or is or contains its id
create macro compared_fact(known, known_id, sent, sent_id) as
case
    when known is null or sent is null then 'unknown'
    when contains(lower(known), lower(known_id)) or contains(lower(sent), lower(sent_id)) then 'unknown'
    when lower(known) = lower(sent) then 'same'
    else 'other'
end
