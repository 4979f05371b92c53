-- sync.claims: identity_changed: under a known id the files name somebody who shares too little with the person whose
-- id it was. A child in common is no sign of one guardian under another given name: mother and father share theirs.
-- A wholly new name that enough else speaks for is a warning.
-- grain: sourced_id
-- reads: sync.renamed
insert into day.sync.claims by name
with judged as (
    select
        *,
        'other' in (given_name, family_name) and 'near' not in (given_name, family_name) as neither_is_near,
        'other' in (given_name, family_name) and 'near' in (given_name, family_name) as one_is_near,
        len(list_filter([identifier, email, sms], lambda fact: fact = 'same')) as same,
        len(list_filter([identifier, email, sms], lambda fact: fact = 'other')) as other
    from day.sync.renamed
),

claimed as (
    select
        * exclude (same, other),
        if(
            record_type = 'students',
            (neither_is_near and (identifier = 'other' or (relatives <> 'same' and same <= 1)))
            or (one_is_near and same = 0 and other >= 1 and relatives <> 'same'),
            same = 0
            and (
                neither_is_near
                or (
                    record_type = 'guardians'
                    and one_is_near
                    and other >= 2
                    and (family_name = 'near' or relatives <> 'same')
                )
            )
        )                                       as is_held
    from judged
)

select
    * exclude (neither_is_near, one_is_near),
    'identity_changed'                          as cause
from claimed
where is_held or neither_is_near
