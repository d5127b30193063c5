"""Writes the id store of the old Avalon Sync with the real partd, as its lib.py did.

One request as JSON on stdin:

    {"path": DATA_PATH, "projects": [{"id": ..., "document": ..., "collection": ...,
                                      "entities": {KITSU_ID: DOCUMENT_ID}}]}

A project without a document gets no file of its own. With "again" true a project's entry is
appended once more, as two runs at once do. "protocol" is pickle's, the highest if not given.
"""

import functools
import json
import os
import pickle
import sys

import partd
from bson import ObjectId


def projects(folder, protocol):
    """`partd.Pickle` with a protocol: an older Python's highest one is lower."""
    encode = functools.partial(pickle.dumps, protocol=protocol)
    return partd.Encode(encode, pickle.loads, lambda lists: sum(lists, []), folder)


def main():
    request = json.load(sys.stdin)
    protocol = request.get("protocol", pickle.HIGHEST_PROTOCOL)
    for project in request["projects"]:
        path = os.path.join(request["path"], "data", project["id"])
        os.makedirs(path)
        if project.get("document"):
            pair = [ObjectId(project["document"]), project["collection"]]
            store = projects(partd.File(path), protocol)
            if "protocol" not in request:
                store = partd.Pickle(partd.File(path))
            for _ in range(2 if project.get("again") else 1):
                store.append({project["id"]: pair})
        entities = partd.File(path)
        for entity, document in project["entities"].items():
            entities.append({entity: str(ObjectId(document)).encode()})


if __name__ == "__main__":
    main()
