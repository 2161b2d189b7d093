#pragma once

#include <curl/curl.h>

// Swift cannot call functions with a variable number of arguments: each of these is curl_easy_setopt or
// curl_easy_getinfo for one type of value.

typedef size_t (*ccurl_data)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_long(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}

// Libcurl copies strings; a list is only kept, and must live until the transfer has ended.
static inline CURLcode ccurl_set_pointer(CURL *curl, CURLoption option, const void *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ccurl_on_read(CURL *curl, ccurl_data function, void *context) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_READFUNCTION, function);
    return code ? code : curl_easy_setopt(curl, CURLOPT_READDATA, context);
}

static inline CURLcode ccurl_on_header(CURL *curl, ccurl_data function, void *context) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, function);
    return code ? code : curl_easy_setopt(curl, CURLOPT_HEADERDATA, context);
}

static inline CURLcode ccurl_get_long(CURL *curl, CURLINFO info, long *value) {
    return curl_easy_getinfo(curl, info, value);
}
