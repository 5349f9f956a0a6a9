"""Prints the table of phone-number prefixes and their time zones.

    python make_zones.py > ../../crates/domain/src/zones/prefixes.tsv

The data is Google's, as the `phonenumbers` package carries it. One line holds all prefixes
(country code first) that share a list of candidate zones: zones, tab, prefixes.
"""

from collections import defaultdict

import phonenumbers
from phonenumbers.tzdata import TIMEZONE_DATA

HEADER = f"""\
# Phone-number prefixes and their candidate time zones; generated, do not edit.
# Made by tools/phone-judge/make_zones.py from phonenumbers {phonenumbers.__version__}.
# Copyright (C) 2011-2026 The Libphonenumber Authors
# Licensed under the Apache License, Version 2.0; http://www.apache.org/licenses/LICENSE-2.0
"""


def main():
    prefixes = defaultdict(list)
    for prefix, zones in TIMEZONE_DATA.items():
        prefixes[tuple(zones)].append(prefix)
    print(HEADER, end="")
    for zones in sorted(prefixes):
        print(",".join(zones), ",".join(sorted(prefixes[zones])), sep="\t")


if __name__ == "__main__":
    main()
