"""What an end-to-end test does in MongoDB by hand, without the code under test.

One request as JSON on stdin, one answer as JSON on stdout; documents are MongoDB's extended JSON.

    {"uri": ..., "database": ..., "do": "documents", "collection": ...}     the documents, by _id
    {"do": "bytes", "collection": ...}      {_id: the document's bytes in hexadecimal}, any type
    {"do": "collections"}
    {"do": "insert", "collection": ..., "documents": [...]}
    {"do": "update", "collection": ..., "filter": ..., "update": ...}
    {"do": "counters"}                      writes that the server has counted since its start
    {"do": "command", "command": NAME, "of": ..., "more": {...}}
    {"do": "slow", "milliseconds": ..., "of": APPNAME}     every write of that client from now on
    {"do": "kill", "collection": ..., "filter": ..., "count": ..., "process": ...}
    {"do": "drop"}                          the whole database
"""

import json
import os
import signal
import sys
import time

import pymongo
from bson import json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

WRITES = ("insert", "update", "delete")
RELAXED = json_util.JSONOptions(json_mode=json_util.JSONMode.RELAXED)


def kill(collection, wanted, count, process):
    """Kills the process in the moment in which so many documents match. Looks from inside one
    process, so that the moment is not missed. False where the process had ended before."""
    end = time.monotonic() + 60
    try:
        while collection.count_documents(wanted, limit=count) < count:
            if time.monotonic() > end:
                raise TimeoutError("never %d documents" % count)
            os.kill(process, 0)
        os.kill(process, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def answer(request, client):
    what = request["do"]
    database = client[request["database"]]
    if what == "collections":
        return sorted(database.list_collection_names())
    if what == "counters":
        counters = client.admin.command("serverStatus")["opcounters"]
        return {name: int(counters[name]) for name in WRITES}
    if what == "command":
        return database.command(request["command"], request["of"], **request["more"])
    if what == "slow":
        point = {"failCommands": list(WRITES), "blockConnection": True,
                 "blockTimeMS": request["milliseconds"], "appName": request["of"]}
        return client.admin.command(
            "configureFailPoint", "failCommand", mode="alwaysOn", data=point)["ok"]
    if what == "drop":
        return client.drop_database(request["database"])
    collection = database[request["collection"]]
    if what == "documents":
        return list(collection.find().sort("_id", 1))
    if what == "bytes":
        raw = collection.with_options(CodecOptions(document_class=RawBSONDocument))
        return {str(one["_id"]): one.raw.hex() for one in raw.find()}
    if what == "insert":
        return len(collection.insert_many(request["documents"]).inserted_ids)
    if what == "update":
        result = collection.update_one(request["filter"], request["update"])
        if result.matched_count != 1:
            raise LookupError("no document for %s" % request["filter"])
        return result.modified_count
    if what == "kill":
        return kill(collection, request["filter"], request["count"], request["process"])
    raise ValueError("unknown request %r" % what)


def main():
    request = json.loads(sys.stdin.read(), object_hook=json_util.object_hook)
    client = pymongo.MongoClient(request["uri"], serverSelectionTimeoutMS=20000)
    print(json_util.dumps(answer(request, client), json_options=RELAXED))


if __name__ == "__main__":
    main()
