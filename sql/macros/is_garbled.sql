-- is_garbled(name): whether letters of a name are lost: UTF-8 read as another encoding (JosÃ©, Jos√©, Jos├⌐),
-- characters that were replaced (U+FFFD, ? beside a letter, or a name of nothing but ?), signs in the place of letters,
-- and letters in the notation of a web page, of JSON or of an address
create macro is_garbled(name) as
regexp_matches(
    name,
    '[ÃÂÄÅ][\x80-\xBF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[a-zß-ÿ]Ã|Ã[a-zß-ÿšœž]|â€|√|├|┬|�|\pL\?|\?\pL'
    || '|[a-zß-ÿ]Ž|\pL[‚ƒ„†‡ˆ‰‹¤¢£¥§©®±¶¼½¾¬]|(^| )\?\?+( |$)'
    || '|&(#[0-9]+|#x[0-9a-fA-F]+|[A-Za-z]+);|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]'
    || '|(=|%)C[2-5](=|%)[89AB][0-9A-F]'
)
