-- how a person is reached: one mobile number, one other number, one e-mail address.
-- A number is mobile by its type, whatever word a district has for it, or where PowerSchool may send texts to it: those
-- come first. The mark "preferred" chooses among home and work numbers. Then the priority decides.
known_phones as (
    select
        personphonenumberassoc.personid         as person_id,
        phonenumber.phonenumberid               as phone_id,
        phonenumber.phonenumber                 as phone_number,
        personphonenumberassoc.phonenumberpriorityorder as priority,
        coalesce(personphonenumberassoc.ispreferred, 0) as is_preferred,
        coalesce(phonenumber.issms, 0)          as takes_texts,
        case
            when phonenumber.issms = 1 then 1
            when lower(trim(codeset.code)) in ('mobile', 'cell', 'cellular', 'cell phone') then 1
            when lower(trim(codeset.displayvalue)) in ('mobile', 'cell', 'cellular', 'cell phone') then 1
            else 0
        end                                     as is_mobile
    from personphonenumberassoc
    join phonenumber on phonenumber.phonenumberid = personphonenumberassoc.phonenumberid
    left join codeset on codeset.codesetid = personphonenumberassoc.phonetypecodesetid
    where phonenumber.phonenumber is not null
),

ranked_phones as (
    select
        known_phones.person_id,
        known_phones.phone_number,
        known_phones.is_mobile,
        row_number() over (
            partition by
                known_phones.person_id,
                known_phones.is_mobile
            order by
                case
                    when known_phones.is_mobile = 1 then known_phones.takes_texts
                    else known_phones.is_preferred
                end desc,
                coalesce(known_phones.priority, 99),
                known_phones.phone_id
        )                                       as place
    from known_phones
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
