-- sent_rows(…): the rows of a file as text, by the dialect that pipeline/csvfile found in it
create macro sent_rows(file, fields, field_names, delimiter, mark, line_end, longest) as table
    select *
    from read_csv(
        file,
        columns = fields,
        delim = delimiter,
        quote = mark,
        escape = mark,
        new_line = line_end,
        header = true,
        auto_detect = false,
        null_padding = false,
        force_not_null = field_names,
        max_line_size = longest
    )
