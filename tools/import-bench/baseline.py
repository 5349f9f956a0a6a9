"""The usual Python stack for importing a contact list, as the yardstick of `cargo xtask bench`.

    python baseline.py FILE ROWS [REGION]

reads the first ROWS rows of FILE (CSV or XLSX) with pandas, parses, validates and formats each
number with phonenumbers, drops duplicates and inserts the contacts into a fresh SQLite database
in one transaction with executemany. Prints {"rows": …, "accepted": …, "seconds": …}; seconds are
wall-clock time without the start of the interpreter and the imports.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time

import pandas
import phonenumbers

SCHEMA = """
CREATE TABLE contacts (
    id       INTEGER PRIMARY KEY,
    line     INTEGER NOT NULL,
    number   TEXT    NOT NULL UNIQUE,
    name     TEXT    NOT NULL,
    metadata TEXT    NOT NULL
)
"""


def read(path: str, rows: int) -> pandas.DataFrame:
    if path.endswith(".xlsx"):
        return pandas.read_excel(path, dtype=str, nrows=rows, keep_default_na=False)
    return pandas.read_csv(path, dtype=str, nrows=rows, keep_default_na=False)


def e164(raw: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def contacts(table: pandas.DataFrame, region: str):
    seen = set()
    others = [column for column in table.columns if column not in ("Name", "Phone")]
    for line, row in enumerate(table.to_dict("records"), start=2):
        number = e164(row["Phone"].removesuffix(".0"), region)
        if number is None or number in seen:
            continue
        seen.add(number)
        metadata = {column: row[column] for column in others if row[column]}
        yield line, number, row["Name"], json.dumps(metadata, ensure_ascii=False)


def main() -> None:
    path, rows = sys.argv[1], int(sys.argv[2])
    region = sys.argv[3] if len(sys.argv) > 3 else "US"
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        database = sqlite3.connect(os.path.join(folder, "contacts.db"))
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(SCHEMA)
        table = read(path, rows)
        with database:
            accepted = database.executemany(
                "INSERT INTO contacts (line, number, name, metadata) VALUES (?, ?, ?, ?)",
                contacts(table, region),
            ).rowcount
        database.close()
        seconds = time.perf_counter() - start
    print(json.dumps({"rows": len(table), "accepted": accepted, "seconds": round(seconds, 3)}))


if __name__ == "__main__":
    main()
