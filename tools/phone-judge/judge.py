"""Prints what Google's rules decide about phone numbers, one JSON document a line.

    python judge.py messy.tsv > decisions.jsonl

The judge is the `phonenumbers` package, a port of libphonenumber that shares no code with ours,
of the same metadata version (requirements.txt). It is asked about the example numbers of all
regions and kinds, each in several spellings, and about the messy set: lines of raw text, tab and
region. `\\t`, `\\\\` and `\\uXXXX` are escapes in raw text. Where Ringonce decides otherwise on purpose,
`differences.tsv` says so.

A decision has `raw`, `region` (or null), `is_messy`, and what was decided: `e164` and `extension`
(null when refused), and for an accepted number `national`, `international`, `belongs` (its region)
and `zones`.
"""

import json
import re
import sys

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

E164_MAX_DIGITS = 15


def judge(raw, region):
    decision = {"e164": None, "extension": None}
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return decision
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    # The library knows numbers of up to 17 digits after the country code; E.164 does not.
    if not phonenumbers.is_valid_number(number) or len(e164) - 1 > E164_MAX_DIGITS:
        return decision
    decision.update(e164=e164, extension=number.extension)
    number.extension = None
    belongs = phonenumbers.region_code_for_number(number)
    zones = time_zones_for_number(number)
    decision.update(
        national=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        international=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        belongs=None if belongs == "001" else belongs,
        zones=[zone for zone in zones if zone != UNKNOWN_TIMEZONE],
    )
    return decision


def examples():
    """Every example number, and every invalid one, with the region that it is an example of."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in PhoneNumberType.values():
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield number, region
        invalid = phonenumbers.invalid_example_number(region)
        if invalid is not None:
            yield invalid, region
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        for kind in [None, *PhoneNumberType.values()]:
            if kind is None:
                number = phonenumbers.example_number_for_non_geo_entity(code)
            else:
                metadata = phonenumbers.PhoneMetadata.metadata_for_nongeo_region(code)
                example = phonenumbers.phonenumberutil._number_desc_by_type(metadata, kind)
                if example is None or example.example_number is None:
                    continue
                number = phonenumbers.parse(f"+{code}{example.example_number}")
            if number is not None:
                yield number, None


def spellings(number):
    """The ways in which people and programs write one number."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    significant = phonenumbers.national_significant_number(number)
    yield from (e164, national, international)
    yield phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)
    yield e164[1:]  # without the plus
    yield "00" + e164[1:]
    yield "011 " + international[1:]
    yield significant
    yield "0" + significant
    yield f"+{number.country_code} (0) {significant}"
    yield national + " ext. 123"
    yield international + " x9"
    yield re.sub(r"\D", "", national)
    yield re.sub(r"[ -]", ".", international)
    yield "\u00a0".join(international.split(" ")) + "\u200f"
    yield international.translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)})
    yield e164[:-1]  # a digit lost
    yield e164 + "0"  # a digit too many
    yield national + ".0"  # a spreadsheet's float


def messy(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip("\n"):
                continue
            raw, region = line.rstrip("\n").split("\t")
            raw = re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|t|n|\\)", unescape, raw)
            yield raw, region or None, True


def unescape(match):
    escape = match.group(1)
    if escape[0] in "uU":
        return chr(int(escape[1:], 16))
    return {"t": "\t", "n": "\n", "\\": "\\"}[escape]


def questions(path):
    for number, region in examples():
        for raw in dict.fromkeys(spellings(number)):
            # As a row of a file of that country, of another country's, and of no country's.
            for default in dict.fromkeys([region, "US", "DE", None]):
                yield raw, default, False
    yield from messy(path)


def main():
    for raw, region, is_messy in questions(sys.argv[1]):
        question = {"raw": raw, "region": region, "is_messy": is_messy}
        print(json.dumps(question | judge(raw, region)))


if __name__ == "__main__":
    main()
