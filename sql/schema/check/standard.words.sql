-- standard.words: the tokens that a column may hold, and the types that a referenced row may have.
-- grain: file, field, use, word
-- reads: pipeline/oneroster/files.py
create table if not exists day.standard.words (
    file            varchar not null,
    field           varchar not null,
    use             varchar not null,       -- vocabulary or target_type
    word            varchar not null
);
