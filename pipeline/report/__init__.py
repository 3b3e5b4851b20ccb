"""Plain reports on a terminal: what a dump holds, what a snapshot or an article says."""
