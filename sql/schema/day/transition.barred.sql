-- transition.barred: the pairs that an undo, a replay or a block must not link, by who they are in the roster.
-- grain: contact_roster_id, student_roster_id
create table if not exists day.transition.barred (
    contact_roster_id   bigint not null,
    student_roster_id   bigint not null,
    reason              varchar not null,       -- the bar in words
    is_twin             boolean not null default false -- the contact seems to be a person who is barred
);
