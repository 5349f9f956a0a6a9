-- SQLite's own check of the file, its indexes and its constraints.
PRAGMA integrity_check(20)
