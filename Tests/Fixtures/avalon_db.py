"""What an end-to-end test does in MongoDB by hand, without the code under test.

One request as JSON on stdin, one answer as JSON on stdout; documents are MongoDB's extended JSON.

    {"uri": ..., "database": ..., "do": "documents", "collection": ...}     the documents, by _id
    {"do": "bytes", "collection": ...}      {_id: the document's bytes in hexadecimal}, any type
    {"do": "count", "collection": ..., "filter": ...}
    {"do": "collections"}
    {"do": "insert", "collection": ..., "documents": [...]}
    {"do": "update", "collection": ..., "filter": ..., "update": ...}
    {"do": "counters"}                      writes that the server has counted since its start
    {"do": "command", "command": NAME, "of": ..., "more": {...}}
    {"do": "stall", "after": ..., "of": APPNAME}     every write of that client after so many
    {"do": "stalled", "of": APPNAME}        how many writes of that client are stalled
    {"do": "kill", "of": APPNAME, "process": ...}    once a write of that client is stalled
    {"do": "drop"}                          the whole database
    {"do": "dump", "path": ...}             the documents of a file, by _id; needs no server
"""

import json
import os
import signal
import sys
import time

import bson
import pymongo
from bson import json_util
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

WRITES = ("insert", "update", "delete")
RELAXED = json_util.JSONOptions(json_mode=json_util.JSONMode.RELAXED)


def writes(client, application):
    """The writes of that client that are under way, by their numbers."""
    found = client.admin.aggregate([
        {"$currentOp": {"allUsers": True}}, {"$match": {"appName": application, "active": True}}])
    return {one["opid"] for one in found if set(one.get("command", {})) & set(WRITES)}


def kill(client, application, process):
    """Kills the process while a write of it is stalled, and then the write: it never happens."""
    end = time.monotonic() + 120
    seen = set()
    while not seen & (now := writes(client, application)):
        if time.monotonic() > end:
            raise TimeoutError("no write of %s was stalled" % application)
        os.kill(process, 0)
        seen = now
        time.sleep(0.3)
    os.kill(process, signal.SIGKILL)
    while left := writes(client, application):
        for operation in left:
            client.admin.command("killOp", op=operation)
        time.sleep(0.05)
    return True


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
    if what == "stall":
        point = {"failCommands": list(WRITES), "blockConnection": True,
                 "blockTimeMS": 600000, "appName": request["of"]}
        return client.admin.command(
            "configureFailPoint", "failCommand", mode={"skip": request["after"]}, data=point)["ok"]
    if what == "stalled":
        return len(writes(client, request["of"]))
    if what == "kill":
        return kill(client, request["of"], request["process"])
    if what == "drop":
        return client.drop_database(request["database"])
    collection = database[request["collection"]]
    if what == "documents":
        return list(collection.find().sort("_id", 1))
    if what == "bytes":
        raw = collection.with_options(CodecOptions(document_class=RawBSONDocument))
        return {str(one["_id"]): one.raw.hex() for one in raw.find()}
    if what == "count":
        return collection.count_documents(request["filter"])
    if what == "insert":
        return len(collection.insert_many(request["documents"]).inserted_ids)
    if what == "update":
        result = collection.update_one(request["filter"], request["update"])
        if result.matched_count != 1:
            raise LookupError("no document for %s" % request["filter"])
        return result.modified_count
    raise ValueError("unknown request %r" % what)


def main():
    request = json.loads(sys.stdin.read(), object_hook=json_util.object_hook)
    if request["do"] == "dump":
        with open(request["path"], "rb") as file:
            found = sorted(bson.decode_file_iter(file), key=lambda one: one["_id"])
        print(json_util.dumps(found, json_options=RELAXED))
        return
    client = pymongo.MongoClient(request["uri"], serverSelectionTimeoutMS=60000)
    print(json_util.dumps(answer(request, client), json_options=RELAXED))


if __name__ == "__main__":
    main()
