"""Lets the judge ask about what is there: of the ids that it makes up, every second one is replaced
by one that the server knows. The others stay, for nobody knows what a stranger asks for.

RINGONCE_KNOWN holds a JSON object: a piece of a path, and the values of its parameters.
"""

import json
import os
import zlib

import schemathesis

KNOWN = json.loads(os.environ["RINGONCE_KNOWN"])


@schemathesis.hook
def map_path_parameters(context, parameters):
    for piece, values in KNOWN.items():
        if parameters and piece in context.operation.path:
            # Which ones follows from the value, so that a seed repeats a run.
            if zlib.crc32(repr(sorted(parameters.items())).encode()) % 2 == 0:
                parameters.update(values)
    return parameters
