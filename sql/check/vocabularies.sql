-- sent.findings: values that are none of the tokens that their column may hold, upper and lower case apart.
-- grain: none
-- reads: sent.elements, standard.words
insert into day.sent.findings by name
select distinct
    elements.file,
    elements.line,
    elements.field,
    'word_unknown'                              as code,
    elements.value[:100]                        as value
from day.sent.elements as elements
anti join day.standard.words as words
    on
        elements.file = words.file
        and elements.field = words.field
        and elements.value = words.word
        and words.use = 'vocabulary'
where elements.has_vocabulary
