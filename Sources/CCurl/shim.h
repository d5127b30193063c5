#pragma once

#include <curl/curl.h>

/* Swift cannot call variadic functions: one typed wrapper for each kind of argument. */

static inline CURLcode avalon_easy_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode avalon_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode avalon_easy_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode avalon_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode avalon_easy_set_list(
    CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

typedef size_t (*avalon_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode avalon_easy_set_receiver(
    CURL *easy, CURLoption option, avalon_receiver value) {
  return curl_easy_setopt(easy, option, value);
}

/* Only http and https, for requests and redirects. The text option came with libcurl 7.85. */
static inline CURLcode avalon_easy_set_web_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline CURLcode avalon_easy_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode avalon_easy_get_string(CURL *easy, CURLINFO info, const char **value) {
  return curl_easy_getinfo(easy, info, value);
}

/* The transfer and the result of a CURLMSG_DONE message; Swift does not see into its union. */
static inline CURLcode avalon_message_result(const CURLMsg *message) {
  return message->data.result;
}

static inline CURLMcode avalon_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
