-- sync.matched_users: an id that has moved to another is not missing: its person is here under the new one.
-- reads: sync.claims
delete from day.sync.matched_users
where
    not sent
    and roster_id in (
        select other_roster_id
        from day.sync.claims
        where cause = 'id_moved' and not is_held
    )
