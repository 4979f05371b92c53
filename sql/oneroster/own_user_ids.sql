-- raw.users: the ids of the district in place of those that an export of ours made of them.
update day.raw.users
set
    sourced_id = own_id(sourced_id),
    agent_sourced_ids = own_ids(agent_sourced_ids),
    org_sourced_ids = own_ids(org_sourced_ids)
