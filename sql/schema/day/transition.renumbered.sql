-- transition.renumbered: the ids that a renumbering gives.
-- grain: roster_id
create table if not exists day.transition.renumbered (
    roster_id       bigint not null,
    sourced_id      varchar not null
);
