"""Prints the table of regions: their names for people, and the time zones that say one is there.

    python make_regions.py > ../../crates/domain/src/number/regions.tsv

The regions are those of the `phonenumbers` package, the names Unicode's (CLDR, as the `Babel` package
carries them), the zones IANA's (`zone.tab` and the links of `tzdata.zi`, as the `tzdata` package
carries them). One line is a region: code, English name, Spanish name, zones.
"""

from collections import defaultdict
from pathlib import Path

import babel
import phonenumbers
import tzdata
from babel import Locale

HEADER = f"""\
# Regions with a numbering plan: code, English name, Spanish name, time zones; generated, do not edit.
# Made by tools/phone-judge/make_regions.py from phonenumbers {phonenumbers.__version__}, Babel {babel.__version__}
# and tzdata {tzdata.IANA_VERSION}.
# Names: Copyright (C) 1991-2026 Unicode, Inc., https://www.unicode.org/license.txt
# Zones: the time zone database of IANA, which is in the public domain.
"""


def zones_by_region():
    folder = Path(tzdata.__file__).parent / "zoneinfo"
    region_of = {}
    for line in (folder / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            region, _, zone = line.split("\t")[:3]
            region_of[zone] = region
    links = [
        line.split()[1:]
        for line in (folder / "tzdata.zi").read_text().splitlines()
        if line.startswith("L ")
    ]
    # A zone that stands for places in several regions does not say where its other names are.
    shared = {target for target, name in links if region_of.get(name, "") != region_of.get(target) and name in region_of}
    for target, name in links:
        if "/" in name and target in region_of and target not in shared:
            region_of.setdefault(name, region_of[target])
    found = defaultdict(list)
    for zone, region in region_of.items():
        if not zone.startswith("Antarctica/"):
            found[region].append(zone)
    return found


def main():
    english, spanish = Locale("en").territories, Locale("es").territories
    zones = zones_by_region()
    print(HEADER, end="")
    for code in sorted(phonenumbers.SUPPORTED_REGIONS):
        names = english[code], spanish[code]
        print(code, *names, " ".join(sorted(zones[code])), sep="\t")


if __name__ == "__main__":
    main()
