-- whether tonight's files change what people are told apart by, or bring somebody back.
-- grain: one row
-- reads: sync.users
select count(*) > 0 as has_renamed
from day.sync.users
where
    operation = 'restore'
    or (
        operation = 'update'
        and list_has_any(changed, ['givenName', 'familyName', 'middleName', 'identifier', 'username', 'email', 'sms'])
    )
