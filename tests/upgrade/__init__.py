"""A stack of an older revision, with people and mails under way, is updated in place by this checkout."""
