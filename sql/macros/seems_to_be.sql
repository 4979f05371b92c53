-- seems_to_be(…): whether somebody seems to be another person, by two names, e-mail address and mobile number of each:
-- true under a near name, or with the same address or number and a given name that does not differ; false where only
-- those are shared, which a family may; null where nothing speaks for it. A landline is a household's.
create macro seems_to_be(
    given_name, family_name, email, sms, other_given_name, other_family_name, other_email, other_sms
) as
list_transform(
    -- the parts of each name once: as arguments of is_near they would be written out again at each place there
    [
        struct_pack(
            given := name_tokens(given_name),
            family := name_tokens(family_name),
            other_given := name_tokens(other_given_name),
            other_family := name_tokens(other_family_name),
            shares := coalesce(email = other_email or sms = other_sms, false)
        )
    ],
    lambda names: list_transform(
        [
            struct_pack(
                given_is_near := is_near(names.given, names.other_given) or is_near(names.given, names.other_family),
                family_is_near := is_near(names.family, names.other_family) or is_near(names.family, names.other_given)
            )
        ],
        lambda one: if(
            coalesce(one.given_is_near and coalesce(one.family_is_near, true), false)
            or (names.shares and coalesce(one.given_is_near, true)),
            true,
            if(names.shares, false, null)
        )
    )[1]
)[1]
