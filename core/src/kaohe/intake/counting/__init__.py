"""Records to figures: millions of calls and tickets, checked row by row and counted by DuckDB.

Each step knows only the one before::

    source      a file on disk: its encoding, separator, header and first line
    columns     which column of a kind stands where, by our headers or an export's
    checks      the SQL of what is wrong
    statements  the SQL: cells, checks, derived columns, one day a measure; text only
    engine      DuckDB held to its memory, its threads and the one file
    count       what the statements give: figures, events, what failed
    wrong       for a bad file: what only several rows together show
    explain     only for a bad file: each bad row by line, column, content and expectation

Around them: ``files``, ``unpacking`` and ``sheets`` bring whatever was sent to a plain file; ``plainer`` writes again
what DuckDB cannot read as it is; an explanation reads by ``cells``, ``condition`` and ``strays``; ``showing`` is all
that may leave a file.

What no definition names is never read: callers' numbers, names and free text stay in the file.
"""
