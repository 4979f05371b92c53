-- how a person is reached: one mobile number, one other number, one e-mail address; the preferred one, else by priority
ranked_phones as (
    select
        personphonenumberassoc.personid         as person_id,
        phonenumber.phonenumber                 as phone_number,
        case when lower(trim(codeset.code)) = 'mobile' then 1 else 0 end as is_mobile,
        row_number() over (
            partition by
                personphonenumberassoc.personid,
                case when lower(trim(codeset.code)) = 'mobile' then 1 else 0 end
            order by
                coalesce(personphonenumberassoc.ispreferred, 0) desc,
                coalesce(personphonenumberassoc.phonenumberpriorityorder, 99),
                personphonenumberassoc.phonenumberid
        )                                       as place
    from personphonenumberassoc
    join phonenumber on phonenumber.phonenumberid = personphonenumberassoc.phonenumberid
    left join codeset on codeset.codesetid = personphonenumberassoc.phonetypecodesetid
    where phonenumber.phonenumber is not null
),

phones as (
    select
        ranked_phones.person_id,
        max(case when ranked_phones.is_mobile = 1 then ranked_phones.phone_number end) as mobile_number,
        max(case when ranked_phones.is_mobile = 0 then ranked_phones.phone_number end) as other_number
    from ranked_phones
    where ranked_phones.place = 1
    group by ranked_phones.person_id
),

ranked_addresses as (
    select
        personemailaddressassoc.personid        as person_id,
        emailaddress.emailaddress               as email_address,
        row_number() over (
            partition by personemailaddressassoc.personid
            order by
                coalesce(personemailaddressassoc.isprimaryemailaddress, 0) desc,
                coalesce(personemailaddressassoc.emailaddresspriorityorder, 99),
                personemailaddressassoc.emailaddressid
        )                                       as place
    from personemailaddressassoc
    join emailaddress on emailaddress.emailaddressid = personemailaddressassoc.emailaddressid
    where emailaddress.emailaddress is not null
),

email_addresses as (
    select
        ranked_addresses.person_id,
        ranked_addresses.email_address
    from ranked_addresses
    where ranked_addresses.place = 1
),
