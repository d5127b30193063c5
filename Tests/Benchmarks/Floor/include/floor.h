#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the C libraries need for the same work with nothing around them: the floors that the benchmarks
   hold our own figures against. */

/* Parses JSON text with libbson and looks at every value once. Gives the number of values, 0 when the
   text is no JSON. */
size_t floor_parse_and_walk(const uint8_t *json, size_t length);

/* Looks at every value of documents that stand one after another. */
size_t floor_walk(const uint8_t *documents, size_t length);

/* One collection through one plain client of libmongoc. */
typedef struct floor_collection floor_collection;

/* NULL when the address cannot be used or nothing answers there. */
floor_collection *floor_open(const char *uri, const char *database, const char *collection);
void floor_close(floor_collection *place);
/* The last error in words. */
const char *floor_error(const floor_collection *place);

bool floor_drop_collection(floor_collection *place);
bool floor_drop_database(floor_collection *place);

/* Inserts documents that stand one after another in one unordered bulk, confirmed by the majority. */
bool floor_insert(floor_collection *place, const uint8_t *documents, size_t length);

/* Inserts `each` subsets, versions and representations in turn below each document, as Avalon's
   publishing writes them. */
bool floor_publish(floor_collection *place, const uint8_t *documents, size_t length, int each);

/* Finds the project and asset documents with one plain find. Gives how many, -1 on an error. */
long floor_find(floor_collection *place, size_t *bytes);

/* Runs a program with its standard output in a file and waits for it. Gives its exit code, -1 when it
   could not be run, and the most memory that it ever had, in bytes. */
int floor_run(const char *const arguments[], const char *output, size_t *peak_bytes);
