-- sent.modes: what each file of the package is: bulk or delta. Where its rows say it, they win over the manifest.
-- grain: file
create table if not exists day.sent.modes (
    file            varchar not null,
    declared        varchar,                -- the manifest's word; null: none
    mode            varchar not null        -- bulk or delta
);
