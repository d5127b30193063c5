#include "floor.h"

#include <mongoc/mongoc.h>

static size_t walk(bson_iter_t *iter) {
  size_t values = 0;
  while (bson_iter_next(iter)) {
    bson_iter_t child;
    values += 1;
    if ((BSON_ITER_HOLDS_DOCUMENT(iter) || BSON_ITER_HOLDS_ARRAY(iter)) &&
        bson_iter_recurse(iter, &child)) {
      values += walk(&child);
    } else {
      (void)bson_iter_value(iter);
    }
  }
  return values;
}

size_t floor_parse_and_walk(const uint8_t *json, size_t length) {
  bson_error_t error;
  bson_t *document = bson_new_from_json(json, (ssize_t)length, &error);
  if (!document) return 0;
  bson_iter_t iter;
  size_t values = bson_iter_init(&iter, document) ? walk(&iter) : 0;
  bson_destroy(document);
  return values;
}

size_t floor_walk(const uint8_t *documents, size_t length) {
  size_t values = 0;
  bson_reader_t *reader = bson_reader_new_from_data(documents, length);
  const bson_t *document;
  while ((document = bson_reader_read(reader, NULL))) {
    bson_iter_t iter;
    if (bson_iter_init(&iter, document)) values += walk(&iter);
  }
  bson_reader_destroy(reader);
  return values;
}
