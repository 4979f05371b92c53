-- contact_key(sourced_id, by_number, sent_id): the id by which other rows name somebody as a contact: of a student who
-- is known by the number it is the sourcedId of the files.
create macro contact_key(sourced_id, by_number, sent_id) as
if(by_number, sent_id, sourced_id)
