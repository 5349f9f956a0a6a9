"""Prints a table about phone numbers and their time zones.

    python make_zones.py prefixes > ../../crates/domain/src/zones/prefixes.tsv
    python make_zones.py countries > ../../crates/domain/src/zones/countries.tsv
    python make_zones.py windows > ../../crates/domain/src/zones/windows.tsv

`prefixes`: Google's data, as the `phonenumbers` package carries it. One line holds all prefixes
(country code first) that share a list of candidate zones: zones, tab, prefixes.
`countries`: the zones that the IANA database counts among a country's (`zone.tab`, as the `tzdata`
package carries it): country, tab, zones.
`windows`: what Windows calls time zones (CLDR's windowsZones, territory 001, as the `tzlocal`
package carries it): name, tab, zone.
"""

import sys
from collections import defaultdict
from importlib import metadata, resources

import phonenumbers
import tzdata
from phonenumbers.tzdata import TIMEZONE_DATA
from tzlocal.windows_tz import win_tz

PREFIXES = f"""\
# Phone-number prefixes and their candidate time zones; generated, do not edit.
# Made by tools/phone-judge/make_zones.py from phonenumbers {phonenumbers.__version__}.
# Copyright (C) 2011-2026 The Libphonenumber Authors
# Licensed under the Apache License, Version 2.0; http://www.apache.org/licenses/LICENSE-2.0
"""

COUNTRIES = """\
# Countries and their time zones; generated, do not edit.
# Made by tools/phone-judge/make_zones.py from zone.tab of the IANA time zone database {version}.
# In the public domain.
"""

WINDOWS = """\
# What Windows calls time zones; generated, do not edit.
# Made by tools/phone-judge/make_zones.py from tzlocal {version}, which has CLDR's windowsZones.
# Copyright (C) 1991-2026 Unicode, Inc.; Unicode License v3, https://www.unicode.org/license.txt
"""


def prefixes():
    lists = defaultdict(list)
    for prefix, zones in TIMEZONE_DATA.items():
        lists[tuple(zones)].append(prefix)
    print(PREFIXES, end="")
    for zones in sorted(lists):
        print(",".join(zones), ",".join(sorted(lists[zones])), sep="\t")


def countries():
    lists = defaultdict(set)
    lines = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in lines.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            lists[country].add(zone)
    print(COUNTRIES.format(version=tzdata.IANA_VERSION), end="")
    for country in sorted(lists):
        print(country, ",".join(sorted(lists[country])), sep="\t")


def windows():
    print(WINDOWS.format(version=metadata.version("tzlocal")), end="")
    for name in sorted(win_tz):
        print(name, win_tz[name], sep="\t")


if __name__ == "__main__":
    {"prefixes": prefixes, "countries": countries, "windows": windows}[sys.argv[1]]()
