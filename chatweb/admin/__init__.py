"""Who runs it: the administrator's panel, with a session of its own."""
