#include "model/libcurl.h"

#include <dlfcn.h>
#include <fmt/core.h>

namespace countersign::model {

namespace {

// OpenSSL's build first: it is what this program's package names. The GnuTLS one has the same functions.
constexpr char const* names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

Result<Libcurl> load()
{
    void* library = nullptr;
    std::string reason;
    for (char const* name : names) {
        library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
        if (library != nullptr)
            break;
        if (reason.empty())
            reason = ::dlerror();
    }
    if (library == nullptr)
        return fail(ErrorCode::io,
            fmt::format("language models need libcurl, which cannot be loaded: {}. On Debian: apt-get install libcurl4", reason));
    Libcurl curl {};
    std::string missing;
    auto const find = [&](auto& function, char const* name) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
        if (function == nullptr)
            missing = name;
    };
    find(curl.global_init, "curl_global_init");
    find(curl.easy_init, "curl_easy_init");
    find(curl.easy_cleanup, "curl_easy_cleanup");
    find(curl.easy_reset, "curl_easy_reset");
    find(curl.easy_setopt, "curl_easy_setopt");
    find(curl.easy_perform, "curl_easy_perform");
    find(curl.easy_pause, "curl_easy_pause");
    find(curl.easy_getinfo, "curl_easy_getinfo");
    find(curl.easy_strerror, "curl_easy_strerror");
    find(curl.multi_init, "curl_multi_init");
    find(curl.multi_cleanup, "curl_multi_cleanup");
    find(curl.multi_add_handle, "curl_multi_add_handle");
    find(curl.multi_remove_handle, "curl_multi_remove_handle");
    find(curl.multi_perform, "curl_multi_perform");
    find(curl.multi_poll, "curl_multi_poll");
    find(curl.multi_wakeup, "curl_multi_wakeup");
    find(curl.multi_info_read, "curl_multi_info_read");
    find(curl.slist_append, "curl_slist_append");
    find(curl.slist_free_all, "curl_slist_free_all");
    if (!missing.empty())
        return fail(ErrorCode::io, fmt::format("this machine's libcurl is too old: it has no {}; 7.87 or newer is needed", missing));
    curl.global_init(CURL_GLOBAL_DEFAULT);
    return curl;
}

}

Result<Libcurl const*> libcurl()
{
    static Result<Libcurl> const loaded = load();
    if (!loaded)
        return tl::unexpected(loaded.error());
    return &*loaded;
}

}
