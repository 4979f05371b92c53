-- oneroster.words: what values of a few kinds mean: grades, languages, dates, telephone numbers and e-mail addresses
-- that are not written as the roster has them, and odd lists.
-- grain: kind, sent
-- reads: pipeline/oneroster/words.py
create table if not exists day.oneroster.words (
    kind            varchar not null,       -- grades, language, date, phone, email, schools or agents
    sent            varchar not null,       -- without blanks around it
    meant           varchar,                -- null: left out, because it means nothing
    state           varchar not null        -- mapped, unknown (kept as sent) or refused (left out)
);
