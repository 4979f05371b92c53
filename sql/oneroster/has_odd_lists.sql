-- whether users.csv has a list that may be written in another way than with commas between ids.
-- grain: one row
-- reads: raw.users
select count(*) > 0 as has_odd_lists
from day.raw.users
where
    regexp_matches(
        org_sourced_ids, '[^A-Za-z0-9,]|(?i:(^|,)(null|none|nan|na|unknown|undefined)(,|$))'
    )
    or regexp_matches(
        agent_sourced_ids,
        '[^A-Za-z0-9,._@-]|(?i:(^|,)(null|none|nan|na|unknown|undefined)(,|$))|(^|,)[._@-]+(,|$)'
    )
