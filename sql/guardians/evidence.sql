-- guardians.evidence: every different thing that a row says of a pair, with the first rule of the district's list that
-- holds for it. There are few of them, however many pairs there are.
-- Relationships are compared without regard to capital letters, to how accents are coded, and to blanks around and
-- between words; on the code, on the words shown for it, and on both parts of a value such as "M - Mother" or
-- "Mother (M)", whose code is a number or the beginning of the word. "Step - Mother" has no such code and stays whole.
-- grain: rank
-- reads: guardians.pairs, guardians.rules
insert into day.guardians.evidence by name
with said as (
    select distinct
        relationship,
        relationship_display,
        legal_guardian,
        custody,
        lives_with,
        emergency,
        priority,
        role_sent
    from day.guardians.pairs
),

sent_words as (
    select distinct relationship as sent from said where relationship is not null
    union
    select distinct relationship_display as sent from said where relationship_display is not null
    union
    select distinct relationship as sent from day.guardians.rules where relationship is not null
),

folded as (
    select
        sent,
        trim(regexp_replace(lower(nfc_normalize(sent)), '[\s\pZ]+', ' ', 'g')) as word
    from sent_words
),

-- once: its patterns are dear to make
parted as materialized (
    select
        *,
        regexp_extract(word, '^([\pL\pN][\pL\pN]?[\pL\pN]?[\pL\pN]?)(?: [-–] | ?[:|=] ?)(.+)$', ['code', 'shown'])
            as before,
        regexp_extract(word, '^(.+) ?\(([\pL\pN][\pL\pN]?[\pL\pN]?[\pL\pN]?)\)$', ['shown', 'code']) as after
    from folded
),

words as (
    select sent, word from folded
    union
    select sent, unnest([before['code'], before['shown']]) as word
    from parted
    where
        before['code'] <> ''
        and (regexp_full_match(before['code'], '[0-9]+') or starts_with(before['shown'], before['code']))
    union
    select sent, unnest([after['code'], trim(after['shown'])]) as word
    from parted
    where
        after['code'] <> ''
        and (regexp_full_match(after['code'], '[0-9]+') or starts_with(after['shown'], after['code']))
),

worded_rules as (
    select
        rules.*,
        folded.word
    from day.guardians.rules as rules
    left join folded on rules.relationship = folded.sent
),

-- which of the rules' words a value sent is
matches as (
    select distinct
        words.sent,
        words.word
    from words
    where words.word in (select worded_rules.word from worded_rules)
),

judged as (
    select
        said.*,
        rules.position,
        rules.role,
        rules.rule,
        (rules.relationship is not null)::int
        + 2 * (rules.legal_guardian is not null)::int
        + 4 * (rules.role_sent is not null)::int
        + 8 * (rules.custody is not null)::int
        + 16 * (rules.lives_with is not null)::int
        + 32 * (rules.emergency is not null)::int
        + 64 * (rules.priority_at_most is not null)::int as role_columns
    from said
    left join worded_rules as rules
        on
            (
                rules.word is null
                or exists (
                    select 1
                    from matches
                    where
                        matches.word = rules.word
                        and (matches.sent = said.relationship or matches.sent = said.relationship_display)
                )
            )
            and (rules.legal_guardian is null or said.legal_guardian = rules.legal_guardian)
            and (rules.role_sent is null or said.role_sent = rules.role_sent)
            and (rules.custody is null or said.custody = rules.custody)
            and (rules.lives_with is null or said.lives_with = rules.lives_with)
            and (rules.emergency is null or said.emergency = rules.emergency)
            and (rules.priority_at_most is null or said.priority <= rules.priority_at_most)
    qualify
        row_number() over (
            partition by
                said.relationship,
                said.relationship_display,
                said.legal_guardian,
                said.custody,
                said.lives_with,
                said.emergency,
                said.priority,
                said.role_sent
            order by rules.position
        ) = 1
)

select
    *,
    row_number() over (
        order by
            position,
            priority,
            relationship,
            relationship_display,
            legal_guardian desc,
            custody desc,
            lives_with desc,
            emergency desc,
            role_sent
    )                                           as rank
from judged
