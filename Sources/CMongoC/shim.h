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
