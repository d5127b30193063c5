#pragma once

#include <mongoc/mongoc.h>

#include <stdlib.h>

// Swift does not see into a `bson_t`, which is aligned to 128 bytes.

// A place for a reply that libmongoc sets anew, or NULL. To be freed by `avalon_reply_free`.
static inline bson_t *
avalon_reply_new (void)
{
   void *place = NULL;
   if (posix_memalign (&place, 128, sizeof (bson_t)) != 0) {
      return NULL;
   }
   bson_init ((bson_t *) place);
   return (bson_t *) place;
}

static inline void
avalon_reply_free (bson_t *reply)
{
   bson_destroy (reply);
   free (reply);
}

static inline size_t
avalon_bson_length (const bson_t *bson)
{
   return bson->len;
}

// These take the bytes of documents as they are, without a copy.

static inline bool
avalon_bulk_insert (mongoc_bulk_operation_t *bulk,
                    const void *document,
                    size_t length,
                    const bson_t *options,
                    bson_error_t *error)
{
   bson_t view;
   if (!bson_init_static (&view, (const uint8_t *) document, length)) {
      bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "not a BSON document");
      return false;
   }
   return mongoc_bulk_operation_insert_with_opts (bulk, &view, options, error);
}

static inline bool
avalon_bulk_remove_one (mongoc_bulk_operation_t *bulk,
                        const void *selector,
                        size_t length,
                        const bson_t *options,
                        bson_error_t *error)
{
   bson_t view;
   if (!bson_init_static (&view, (const uint8_t *) selector, length)) {
      bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "not a BSON document");
      return false;
   }
   return mongoc_bulk_operation_remove_one_with_opts (bulk, &view, options, error);
}

static inline bool
avalon_bulk_update_one (mongoc_bulk_operation_t *bulk,
                        const void *selector,
                        size_t selector_length,
                        const void *update,
                        size_t update_length,
                        const bson_t *options,
                        bson_error_t *error)
{
   bson_t selector_view;
   bson_t update_view;
   if (!bson_init_static (&selector_view, (const uint8_t *) selector, selector_length) ||
       !bson_init_static (&update_view, (const uint8_t *) update, update_length)) {
      bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "not a BSON document");
      return false;
   }
   return mongoc_bulk_operation_update_one_with_opts (
      bulk, &selector_view, &update_view, options, error);
}
