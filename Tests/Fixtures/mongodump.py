"""As much of mongodump as the README uses, on machines without MongoDB's database tools.

    mongodump.py --uri ADDRESS --db DATABASE --out DIR
"""

import argparse
import os

import pymongo
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument


def main():
    parser = argparse.ArgumentParser()
    for option in ("--uri", "--db", "--out"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    database = pymongo.MongoClient(options.uri, serverSelectionTimeoutMS=20000)[options.db]
    folder = os.path.join(options.out, options.db)
    os.makedirs(folder)
    raw = CodecOptions(document_class=RawBSONDocument)
    for name in database.list_collection_names():
        with open(os.path.join(folder, name + ".bson"), "xb") as file:
            for document in database.get_collection(name, codec_options=raw).find():
                file.write(document.raw)


if __name__ == "__main__":
    main()
