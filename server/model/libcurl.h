// libcurl, loaded when it is first needed. It and the thirty libraries beneath it would cost every start more time and memory than all
// else together, and a run of the built-in engine, or a session in which nobody asks a model, needs none of them.
// Callers use it as they would libcurl itself: `curl.easy_init()` is curl_easy_init(). Any thread.
#pragma once

#include "support/result.h"

#include <curl/curl.h>

namespace countersign::model {

/// libcurl's functions under their own names, without `curl_`.
struct Libcurl {
    decltype(&::curl_global_init) global_init;
    decltype(&::curl_easy_init) easy_init;
    decltype(&::curl_easy_cleanup) easy_cleanup;
    decltype(&::curl_easy_reset) easy_reset;
    decltype(&::curl_easy_setopt) easy_setopt;
    decltype(&::curl_easy_perform) easy_perform;
    decltype(&::curl_easy_pause) easy_pause;
    decltype(&::curl_easy_getinfo) easy_getinfo;
    decltype(&::curl_easy_strerror) easy_strerror;
    decltype(&::curl_multi_init) multi_init;
    decltype(&::curl_multi_cleanup) multi_cleanup;
    decltype(&::curl_multi_add_handle) multi_add_handle;
    decltype(&::curl_multi_remove_handle) multi_remove_handle;
    decltype(&::curl_multi_perform) multi_perform;
    decltype(&::curl_multi_poll) multi_poll;
    decltype(&::curl_multi_wakeup) multi_wakeup;
    decltype(&::curl_multi_info_read) multi_info_read;
    decltype(&::curl_slist_append) slist_append;
    decltype(&::curl_slist_free_all) slist_free_all;
};

/// The library, initialized; the same one for the rest of the process.
/// Errors: io (this machine has no libcurl.so.4, or one that lacks a function).
Result<Libcurl const*> libcurl();

}
