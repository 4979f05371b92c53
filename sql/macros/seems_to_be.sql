-- seems_to_be(…): whether somebody seems to be another person, by two names, e-mail address and mobile number of each:
-- true under a near name, or with the same address or number and a given name that does not differ; false where only
-- those are shared, which a family may; null where nothing speaks for it. A landline is a household's.
create macro seems_to_be(
    given_name, family_name, email, sms, other_given_name, other_family_name, other_email, other_sms
) as
list_transform(
    [
        struct_pack(
            given_is_near := is_near(name_tokens(given_name), name_tokens(other_given_name))
            or is_near(name_tokens(given_name), name_tokens(other_family_name)),
            family_is_near := is_near(name_tokens(family_name), name_tokens(other_family_name))
            or is_near(name_tokens(family_name), name_tokens(other_given_name)),
            shares := coalesce(email = other_email or sms = other_sms, false)
        )
    ],
    lambda one: if(
        coalesce(one.given_is_near and coalesce(one.family_is_near, true), false)
        or (one.shares and coalesce(one.given_is_near, true)),
        true,
        if(one.shares, false, null)
    )
)[1]
