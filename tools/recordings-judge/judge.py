"""moto, a well-known look-alike of S3 from PyPI, as the judge of recordings in a bucket.

It knows accounts and checks signatures. The program calls through its Twilio look-alike with every
recording's way to the bucket open or shut; what lies there is read with Amazon's own package and compared,
byte for byte, with what the carrier has.

    python judge.py RINGONCE FOLDER

Prints a line for each check, `ok` or `FAILED`; ends with 1 when any did not hold.
"""

import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import checks
from parties import Bucket, Carrier


def main(program, folder):
    folder = Path(folder)
    with Bucket(folder) as bucket, Carrier(program, folder) as carrier:
        # They mostly wait for another try, which comes after a minute.
        with ThreadPoolExecutor(len(checks.CHECKS)) as pool:
            held = list(pool.map(lambda check: judge(check, program, folder, bucket, carrier), checks.CHECKS))
    return 0 if all(held) else 1


def judge(check, program, folder, bucket, carrier):
    name = check.__name__.replace("_", " ")
    place = folder / check.__name__
    place.mkdir()
    try:
        check(program, place, bucket, carrier)
        print(f"ok      {name}", flush=True)
        return True
    except Exception:
        print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
        return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
