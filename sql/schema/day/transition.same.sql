-- transition.same: what a replay numbered again, with the numbers that the roster has for the same things.
-- grain: kind, replayed_id
create table if not exists day.transition.same (
    kind            varchar not null,       -- things (people and classes), enrollments or guardian_links
    replayed_id     bigint not null,        -- the roster_id in the scratch copy that the replay lived in
    roster_id       bigint not null         -- in the roster; the next free one for what it never had
);
