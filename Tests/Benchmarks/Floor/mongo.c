#include "floor.h"

#include <mongoc/mongoc.h>

#include <stdio.h>
#include <stdlib.h>

struct floor_collection {
  mongoc_client_t *client;
  mongoc_database_t *database;
  mongoc_collection_t *collection;
  bson_error_t error;
};

floor_collection *floor_open(const char *uri, const char *database, const char *collection) {
  mongoc_init();
  floor_collection *place = calloc(1, sizeof *place);
  if (!place) return NULL;
  place->client = mongoc_client_new(uri);
  if (!place->client) {
    free(place);
    return NULL;
  }
  place->database = mongoc_client_get_database(place->client, database);
  place->collection = mongoc_client_get_collection(place->client, database, collection);
  bson_t ping = BSON_INITIALIZER;
  BSON_APPEND_INT32(&ping, "ping", 1);
  bool answers =
      mongoc_client_command_simple(place->client, "admin", &ping, NULL, NULL, &place->error);
  bson_destroy(&ping);
  if (answers) return place;
  floor_close(place);
  return NULL;
}

void floor_close(floor_collection *place) {
  mongoc_collection_destroy(place->collection);
  mongoc_database_destroy(place->database);
  mongoc_client_destroy(place->client);
  free(place);
}

const char *floor_error(const floor_collection *place) { return place->error.message; }

bool floor_drop_collection(floor_collection *place) {
  const uint32_t not_found = 26;
  return mongoc_collection_drop(place->collection, &place->error) || place->error.code == not_found;
}

bool floor_drop_database(floor_collection *place) {
  return mongoc_database_drop(place->database, &place->error);
}

/* Writes wait for the majority, as ours do; the order does not matter. */
static mongoc_bulk_operation_t *new_bulk(floor_collection *place) {
  bson_t options = BSON_INITIALIZER;
  bson_t concern;
  BSON_APPEND_BOOL(&options, "ordered", false);
  BSON_APPEND_DOCUMENT_BEGIN(&options, "writeConcern", &concern);
  BSON_APPEND_UTF8(&concern, "w", "majority");
  bson_append_document_end(&options, &concern);
  mongoc_bulk_operation_t *bulk =
      mongoc_collection_create_bulk_operation_with_opts(place->collection, &options);
  bson_destroy(&options);
  return bulk;
}

static bool execute(floor_collection *place, mongoc_bulk_operation_t *bulk) {
  bson_t reply;
  bool done = mongoc_bulk_operation_execute(bulk, &reply, &place->error) != 0;
  bson_destroy(&reply);
  mongoc_bulk_operation_destroy(bulk);
  return done;
}

bool floor_insert(floor_collection *place, const uint8_t *documents, size_t length) {
  bson_t unchecked = BSON_INITIALIZER;
  BSON_APPEND_BOOL(&unchecked, "validate", false);
  mongoc_bulk_operation_t *bulk = new_bulk(place);
  bson_reader_t *reader = bson_reader_new_from_data(documents, length);
  const bson_t *document;
  bool taken = true;
  while (taken && (document = bson_reader_read(reader, NULL))) {
    taken = mongoc_bulk_operation_insert_with_opts(bulk, document, &unchecked, &place->error);
  }
  bson_reader_destroy(reader);
  bson_destroy(&unchecked);
  if (taken) return execute(place, bulk);
  mongoc_bulk_operation_destroy(bulk);
  return false;
}

/* One document of avalon-core's subset-3.0, version-3.0 or representation-1.0. */
static bson_t *published(const bson_oid_t *parent, const char *name, int number, bson_oid_t *id) {
  static const char *const kinds[] = {"subset", "version", "representation"};
  const char *kind = kinds[number % 3];
  char text[256];
  bson_oid_init(id, NULL);
  bson_t *document = bson_new();
  BSON_APPEND_OID(document, "_id", id);
  snprintf(text, sizeof text, "avalon-core:%s-%s", kind, number % 3 == 2 ? "1.0" : "3.0");
  BSON_APPEND_UTF8(document, "schema", text);
  BSON_APPEND_UTF8(document, "type", kind);
  BSON_APPEND_OID(document, "parent", parent);
  if (number % 3 == 1) {
    BSON_APPEND_INT32(document, "name", number / 3 + 1);
  } else {
    BSON_APPEND_UTF8(document, "name", number % 3 == 0 ? "modelDefault" : "abc");
  }
  bson_t data;
  BSON_APPEND_DOCUMENT_BEGIN(document, "data", &data);
  snprintf(text, sizeof text, "{root}/show/assets/%s/publish/modelDefault/v%03d/file.abc", name, number);
  BSON_APPEND_UTF8(&data, "source", text);
  BSON_APPEND_UTF8(&data, "author", "artist");
  BSON_APPEND_UTF8(&data, "comment", "published by the benchmark, as a studio's artist would do");
  BSON_APPEND_UTF8(&data, "time", "20260105T090000Z");
  bson_append_document_end(document, &data);
  bson_t context;
  BSON_APPEND_DOCUMENT_BEGIN(document, "context", &context);
  BSON_APPEND_UTF8(&context, "project", "show");
  BSON_APPEND_UTF8(&context, "silo", "assets");
  BSON_APPEND_UTF8(&context, "asset", name);
  BSON_APPEND_UTF8(&context, "subset", "modelDefault");
  BSON_APPEND_UTF8(&context, "representation", "abc");
  bson_append_document_end(document, &context);
  return document;
}

static bool publish(
    floor_collection *place, mongoc_bulk_operation_t *bulk, const bson_t *document, int each) {
  bson_iter_t found;
  if (!bson_iter_init_find(&found, document, "_id")) return true;
  const bson_oid_t *root = bson_iter_oid(&found);
  const char *name =
      bson_iter_init_find(&found, document, "name") ? bson_iter_utf8(&found, NULL) : "";
  bson_oid_t parent = *root;
  bool taken = true;
  for (int number = 0; taken && number < each; number += 1) {
    bson_oid_t id;
    bson_t *child = published(&parent, name, number, &id);
    taken = mongoc_bulk_operation_insert_with_opts(bulk, child, NULL, &place->error);
    bson_destroy(child);
    /* A version stands below a subset, a representation below a version. */
    parent = number % 3 == 2 ? *root : id;
  }
  return taken;
}

bool floor_publish(floor_collection *place, const uint8_t *documents, size_t length, int each) {
  mongoc_bulk_operation_t *bulk = new_bulk(place);
  bson_reader_t *reader = bson_reader_new_from_data(documents, length);
  const bson_t *document;
  bool taken = true;
  while (taken && (document = bson_reader_read(reader, NULL))) {
    taken = publish(place, bulk, document, each);
  }
  bson_reader_destroy(reader);
  if (taken) return execute(place, bulk);
  mongoc_bulk_operation_destroy(bulk);
  return false;
}

long floor_find(floor_collection *place, size_t *bytes) {
  bson_t filter = BSON_INITIALIZER;
  bson_t type;
  bson_t kinds;
  BSON_APPEND_DOCUMENT_BEGIN(&filter, "type", &type);
  BSON_APPEND_ARRAY_BEGIN(&type, "$in", &kinds);
  BSON_APPEND_UTF8(&kinds, "0", "project");
  BSON_APPEND_UTF8(&kinds, "1", "asset");
  BSON_APPEND_UTF8(&kinds, "2", "archived_asset");
  bson_append_array_end(&type, &kinds);
  bson_append_document_end(&filter, &type);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(place->collection, &filter, NULL, NULL);
  const bson_t *document;
  long count = 0;
  *bytes = 0;
  while (mongoc_cursor_next(cursor, &document)) {
    count += 1;
    *bytes += document->len;
  }
  if (mongoc_cursor_error(cursor, &place->error)) count = -1;
  mongoc_cursor_destroy(cursor);
  bson_destroy(&filter);
  return count;
}
