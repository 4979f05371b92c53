-- oneroster.cell_states: THE TABLE OF CELL STATES, by which reading tells the plan what a cell says. A cell without a
-- row here says what its record has: a value, or null for a blank one, which clears. What has a row neither clears nor
-- replaces:
--     unreadable      the cell holds something, and nothing of its kind: no date, no e-mail address, no yes or no; a
--                     title that is blank
--     damaged         a name did not arrive as it is: it counts only where no better name is known
--     column_absent   the row has no such column; without a line: no row of the file has it
-- Only exceptions have rows: most cells of a million people say something.
-- grain: file, line, field
create table if not exists day.oneroster.cell_states (
    file            varchar not null,
    line            bigint,                 -- null: every row of the file
    field           varchar not null,       -- as in pipeline/oneroster/files.py
    state           varchar not null,       -- unreadable, damaged or column_absent
    sent            varchar                 -- of a flag that cannot be read: what the cell holds
);
