-- the organizations of type district in orgs.csv: staff of theirs take part, without a school.
-- grain: sourced_id
-- reads: raw.lookups
select sourced_id
from day.raw.lookups
where file = 'orgs.csv' and value = 'district'
