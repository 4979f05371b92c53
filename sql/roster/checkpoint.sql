-- writes everything into the roster's file, so that it is whole without a write-ahead log.
checkpoint book
