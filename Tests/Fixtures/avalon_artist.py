"""An artist's tool at work with Avalon core 5.7.15 while somebody else writes to the same project.

    AVALON_MONGO=... AVALON_DB=... AVALON_PROJECT=... python avalon_artist.py SECONDS

As core's project manager does, a whole document is read, changed and put back by io.replace_one, whatever
happened to it in between. Prints as JSON what it wrote last into `data.artist` of each document, by _id.
"""

import json
import os
import random
import sys
import time

for _name in ("ASSET", "SILO", "TASK", "APP"):
    os.environ.setdefault("AVALON_" + _name, "none")
os.environ.setdefault("AVALON_PROJECTS", "/projects")
os.environ.setdefault("AVALON_CONFIG", "none")
os.environ.setdefault("AVALON_TIMEOUT", "10000")

from avalon import io  # noqa: E402


def main():
    io.install()
    end = time.monotonic() + float(sys.argv[1])
    written = {}
    number = 0
    while time.monotonic() < end:
        ids = [one["_id"] for one in io.find(
            {"type": {"$in": ["asset", "project"]}}, projection={"_id": True})]
        for _id in random.sample(ids, min(len(ids), 20)):
            document = io.find_one({"_id": _id})
            time.sleep(0.002)
            number += 1
            document.setdefault("data", {})["artist"] = number
            if io.replace_one({"_id": _id}, document).matched_count:
                written[str(_id)] = number
        time.sleep(0.01)
    print(json.dumps({"writes": number, "last": written}))


if __name__ == "__main__":
    main()
