"""Writes the id store of the old Avalon Sync with the real partd, as its lib.py did.

One request as JSON on stdin:

    {"path": DATA_PATH, "projects": [{"id": ..., "document": ..., "collection": ...,
                                      "entities": {KITSU_ID: DOCUMENT_ID}}]}

With "again" true a project's entry is appended once more, as two runs at once do. "protocol" is pickle's, as
older Pythons have another highest one.
"""

import json
import os
import pickle
import sys

from bson import ObjectId


def write(path, projects, protocol=None):
    if protocol is not None:
        pickle.HIGHEST_PROTOCOL = protocol
    import partd  # which takes pickle's protocol when it is imported

    for project in projects:
        folder = os.path.join(path, "data", project["id"])
        os.makedirs(folder)
        store = partd.Pickle(partd.File(folder))
        for _ in range(2 if project.get("again") else 1):
            store.append({project["id"]: [ObjectId(project["document"]), project["collection"]]})
        entities = partd.File(folder)
        for entity, document in project["entities"].items():
            entities.append({entity: str(ObjectId(document)).encode()})


def main():
    request = json.load(sys.stdin)
    write(request["path"], request["projects"], request.get("protocol"))


if __name__ == "__main__":
    main()
