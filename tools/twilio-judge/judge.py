"""Twilio's own package from PyPI as the judge of what speaks Twilio's language here.

`look_alike.py` drives the look-alike with the package's REST client; `callbacks.py` checks what it
sends with the package's `RequestValidator` and feeds it what the package's TwiML writer makes. A module of
checks has functions that take the parties, listed in `CHECKS`.

    python judge.py URL ACCOUNT_SID AUTH_TOKEN KEY_SID:KEY_SECRET

Ends with the number of checks that held, and with 1 when any did not.
"""

import sys
import traceback

import callbacks
import look_alike
from parties import LookAlike, Receiver


def main(url, account, token, key):
    sim = LookAlike(url, account, token, tuple(key.split(":", 1)))
    receiver = Receiver(token)
    held = failed = 0
    for check in look_alike.CHECKS + callbacks.CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(sim, receiver)
            held += 1
            print(f"ok      {name}", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
    print(f"{held} held, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
