-- whether users.csv lost a column that the links of the baseline were worked out from.
-- grain: one row
-- reads: book.roster.guardian_links
select
    coalesce(
        bool_or(
            list_contains($absent, 'agent_sourced_ids')
            or (list_contains($absent, 'relationship') and relationship is not null)
            or (list_contains($absent, 'legal_guardian') and legal_guardian is not null)
        ),
        false
    ) as evidence_is_absent
from book.roster.guardian_links
where since_sync <= $baseline and (until_sync is null or until_sync > $baseline) and state = 'active'
