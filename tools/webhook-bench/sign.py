"""Signs requests as Twilio does, by its own package: reads a URL and a form a line, separated by a tab,
and writes a signature a line."""

import os
import sys
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

validator = RequestValidator(os.environ["AUTH_TOKEN"])
for line in sys.stdin:
    url, form = line.rstrip("\n").split("\t")
    print(validator.compute_signature(url, dict(parse_qsl(form, keep_blank_values=True))))
