"""Forms of real websites, sent through the real doors: what is understood, and whether all of it arrives.

`real.json` has the fields of 80 forms as they stand on websites, filled in by people who do not exist; `more.json` has
forms of other builders and languages, written after the words in `data/field_names.txt` were. Nobody writes words for
one form: what is told of the second file is what the words are worth.

What a person expects of a field stands as `expect`; `a|b` is either, and a question mark says that it may be read as
that. `data` is an answer of the visitor that is no attribute. `config`, `button`, `door`, `next` and `honeypot` are
the page's. `subject` and `consent` are kept as they are said. `{email}` and the like are filled in with values that no
other form has.
"""
