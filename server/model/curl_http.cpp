#include "model/curl_http.h"

#include "model/base_url.h"
#include "model/libcurl.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <fmt/core.h>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace countersign::model {

namespace {

using Moment = std::chrono::steady_clock::time_point;

/// Bytes that wait for the run's thread before the sender is told to wait.
constexpr std::size_t inbox_limit = 1024 * 1024;
constexpr std::size_t header_limit = 200;
constexpr std::size_t header_bytes_limit = 128 * 1024;
/// For an answer of which nothing more is needed.
constexpr std::chrono::milliseconds time_to_end { 500 };

struct CleanUpEasy {
    Libcurl const* curl;
    void operator()(CURL* easy) const { curl->easy_cleanup(easy); }
};
struct FreeList {
    Libcurl const* curl;
    void operator()(curl_slist* list) const { curl->slist_free_all(list); }
};

/// One request. The loop's thread writes, the thread that waits in `send` reads; what both touch is under the mutex.
struct Transfer {
    explicit Transfer(Libcurl const* library) : curl(library), easy(nullptr, { library }), headers(nullptr, { library }) { }

    Libcurl const* curl;
    std::unique_ptr<CURL, CleanUpEasy> easy;
    std::unique_ptr<curl_slist, FreeList> headers;
    HttpTimeouts timeouts;
    std::array<char, CURL_ERROR_SIZE> error {};

    // The loop's thread only.
    Moment begin;
    Moment active_at;
    bool has_answered = false;
    std::optional<Moment> ends_by; ///< nothing more of it is needed
    HttpHead incoming;
    std::size_t header_bytes = 0;

    std::mutex mutex;
    std::condition_variable changed;
    std::string inbox;
    HttpHead head;
    bool is_paused = false;
    bool has_ended = false;
    std::optional<HttpFailure> failure;
};

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* user)
{
    auto& transfer = *static_cast<Transfer*>(user);
    std::string_view const line = support::trim(std::string_view(bytes, size));
    transfer.active_at = std::chrono::steady_clock::now();
    transfer.has_answered = true;
    if ((transfer.header_bytes += size) > header_bytes_limit)
        return 0;
    HttpHead& head = transfer.incoming;
    if (line.starts_with("HTTP/")) {
        head = {};
    } else if (line.empty()) {
        long status = 0;
        transfer.curl->easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        head.status = static_cast<int>(status);
        std::lock_guard const lock(transfer.mutex);
        transfer.head = head;
    } else if (std::size_t const colon = line.find(':'); colon != std::string_view::npos && head.headers.size() < header_limit) {
        head.headers.emplace_back(support::to_lower_ascii(line.substr(0, colon)), support::trim(line.substr(colon + 1)));
    }
    return size;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* user)
{
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.active_at = std::chrono::steady_clock::now();
    if (transfer.ends_by)
        return size;
    std::lock_guard const lock(transfer.mutex);
    if (transfer.inbox.size() >= inbox_limit) {
        transfer.is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer.inbox.append(bytes, size);
    transfer.changed.notify_one();
    return size;
}

/// Curl's own limits of a head have another code in each version.
bool is_head_too_large(CURLcode code, Transfer const& transfer)
{
    constexpr int too_large_code = 100; // CURLE_TOO_LARGE, from 8.6 on
    bool const is_in_head = transfer.has_answered && transfer.head.status == 0;
    return is_in_head
        && (transfer.header_bytes > header_bytes_limit || code == CURLE_OUT_OF_MEMORY || static_cast<int>(code) == too_large_code);
}

HttpProblem problem_of(CURLcode code, Transfer const& transfer)
{
    if (is_head_too_large(code, transfer))
        return HttpProblem::too_large;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return HttpProblem::resolve;
    case CURLE_COULDNT_CONNECT:
        return HttpProblem::connect;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return HttpProblem::proxy;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return HttpProblem::tls;
    case CURLE_OPERATION_TIMEDOUT: // only the connection has a time limit of curl's
        return HttpProblem::connect_timeout;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return HttpProblem::cut;
    default:
        return HttpProblem::other;
    }
}

}

class CurlHttp::Loop {
public:
    Loop(CurlSetup setup, Libcurl const& curl) : setup_(std::move(setup)), curl_(curl), multi_(curl.multi_init())
    {
        thread_ = std::thread([this] { run(); });
    }

    ~Loop()
    {
        {
            std::lock_guard const lock(mutex_);
            is_ending_ = true;
        }
        curl_.multi_wakeup(multi_);
        thread_.join();
        curl_.multi_cleanup(multi_);
    }

    Loop(Loop const&) = delete;
    Loop& operator=(Loop const&) = delete;

    tl::expected<HttpHead, HttpFailure> send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token const& stop)
    {
        Transfer transfer(&curl_);
        if (auto const prepared = prepare(transfer, request); !prepared)
            return tl::unexpected(HttpFailure { HttpProblem::other, prepared.error().message });
        std::uint64_t const id = order(Order::Kind::add, 0, &transfer);
        std::stop_callback const on_stop(stop, [this, id] { order(Order::Kind::abort, id); });

        std::string pieces;
        std::unique_lock lock(transfer.mutex);
        while (true) {
            transfer.changed.wait(lock, [&] { return !transfer.inbox.empty() || transfer.has_ended; });
            if (transfer.inbox.empty() || stop.stop_requested())
                break;
            pieces.clear();
            pieces.swap(transfer.inbox);
            bool const was_paused = std::exchange(transfer.is_paused, false);
            HttpHead const head = transfer.head;
            lock.unlock();
            if (was_paused)
                order(Order::Kind::resume, id);
            bool const goes_on = on_piece(head, pieces);
            lock.lock();
            if (!goes_on) {
                lock.unlock();
                order(Order::Kind::release, id);
                lock.lock();
                break;
            }
        }
        transfer.changed.wait(lock, [&] { return transfer.has_ended; });
        if (stop.stop_requested())
            return tl::unexpected(HttpFailure { HttpProblem::stopped, {} });
        if (transfer.failure)
            return tl::unexpected(*transfer.failure);
        return transfer.head;
    }

private:
    struct Order {
        enum class Kind { add, abort, resume, release };
        Kind kind;
        std::uint64_t id;
        Transfer* transfer; ///< of an add
    };

    Result<> prepare(Transfer& transfer, HttpRequest const& request) const
    {
        transfer.easy.reset(curl_.easy_init());
        CURL* const easy = transfer.easy.get();
        if (easy == nullptr)
            return fail(ErrorCode::internal, "libcurl gives no handle");
        transfer.timeouts = request.timeouts;
        for (auto const& [name, value] : request.headers) {
            if (curl_slist* const longer = curl_.slist_append(transfer.headers.get(), fmt::format("{}: {}", name, value).c_str())) {
                static_cast<void>(transfer.headers.release());
                transfer.headers.reset(longer);
            }
        }
        curl_.easy_setopt(easy, CURLOPT_URL, request.url.c_str());
        curl_.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        curl_.easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
        curl_.easy_setopt(easy, CURLOPT_USERAGENT, setup_.user_agent.c_str());
        curl_.easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
        curl_.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(request.timeouts.connect.count(), 1)));
        curl_.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        // A thread that still asks the resolver must not hold up a stop.
        curl_.easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
        curl_.easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
        curl_.easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        curl_.easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
        curl_.easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
        curl_.easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
        curl_.easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
        curl_.easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
        if (!setup_.ca_file.empty()) {
            curl_.easy_setopt(easy, CURLOPT_CAINFO, setup_.ca_file.c_str());
            curl_.easy_setopt(easy, CURLOPT_PROXY_CAINFO, setup_.ca_file.c_str());
        }
        if (auto const url = parse_base_url(request.url); url && url->is_loopback)
            curl_.easy_setopt(easy, CURLOPT_PROXY, "");
        if (!request.body.empty()) {
            curl_.easy_setopt(easy, CURLOPT_POST, 1L);
            curl_.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            curl_.easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
        }
        return {};
    }

    std::uint64_t order(Order::Kind kind, std::uint64_t id, Transfer* transfer = nullptr)
    {
        {
            std::lock_guard const lock(mutex_);
            if (kind == Order::Kind::add)
                id = ++last_id_;
            orders_.push_back({ kind, id, transfer });
        }
        curl_.multi_wakeup(multi_);
        return id;
    }

    void run()
    {
        while (carry_out_orders()) {
            int running = 0;
            curl_.multi_perform(multi_, &running);
            end_finished();
            int const wait = static_cast<int>(end_overdue().count());
            curl_.multi_poll(multi_, nullptr, 0, wait, nullptr);
        }
        while (!transfers_.empty())
            end(transfers_.begin()->first, HttpFailure { HttpProblem::stopped, {} });
    }

    bool carry_out_orders()
    {
        std::vector<Order> orders;
        {
            std::lock_guard const lock(mutex_);
            if (is_ending_)
                return false;
            orders.swap(orders_);
        }
        for (Order const& given : orders) {
            if (given.kind == Order::Kind::add) {
                given.transfer->begin = given.transfer->active_at = std::chrono::steady_clock::now();
                transfers_[given.id] = given.transfer;
                if (curl_.multi_add_handle(multi_, given.transfer->easy.get()) != CURLM_OK)
                    end(given.id, HttpFailure { HttpProblem::other, "libcurl takes no more requests" });
                continue;
            }
            auto const found = transfers_.find(given.id);
            if (found == transfers_.end())
                continue;
            if (given.kind == Order::Kind::abort) {
                end(given.id, HttpFailure { HttpProblem::stopped, {} });
            } else {
                found->second->active_at = std::chrono::steady_clock::now();
                if (given.kind == Order::Kind::release)
                    found->second->ends_by = found->second->active_at + time_to_end;
                curl_.easy_pause(found->second->easy.get(), CURLPAUSE_CONT);
            }
        }
        return true;
    }

    void end_finished()
    {
        int left = 0;
        while (CURLMsg const* const message = curl_.multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE)
                continue;
            auto const found = std::find_if(
                transfers_.begin(), transfers_.end(), [&](auto const& entry) { return entry.second->easy.get() == message->easy_handle; });
            CURLcode const code = message->data.result;
            if (found == transfers_.end())
                continue;
            std::string const detail(found->second->error.data());
            end(found->first,
                code == CURLE_OK
                    ? std::nullopt
                    : std::optional(HttpFailure { problem_of(code, *found->second), detail.empty() ? curl_.easy_strerror(code) : detail }));
        }
    }

    /// Ends what took too long. Returns how long the loop may sleep.
    std::chrono::milliseconds end_overdue()
    {
        auto const now = std::chrono::steady_clock::now();
        std::chrono::milliseconds wait = std::chrono::seconds(1);
        std::vector<std::pair<std::uint64_t, HttpProblem>> overdue;
        for (auto const& [id, transfer] : transfers_) {
            {
                std::lock_guard const lock(transfer->mutex);
                if (transfer->is_paused && !transfer->ends_by)
                    continue;
            }
            Moment const due = transfer->ends_by ? *transfer->ends_by
                : transfer->has_answered         ? transfer->active_at + transfer->timeouts.idle
                                                 : transfer->begin + transfer->timeouts.first_byte;
            if (now >= due)
                overdue.emplace_back(id,
                    transfer->ends_by            ? HttpProblem::stopped
                        : transfer->has_answered ? HttpProblem::stalled
                                                 : HttpProblem::silent);
            else
                wait = std::min(wait, std::chrono::duration_cast<std::chrono::milliseconds>(due - now) + std::chrono::milliseconds(1));
        }
        for (auto const& [id, problem] : overdue)
            end(id, HttpFailure { problem, {} });
        return wait;
    }

    /// Takes the request out, which closes its connection unless it is done, and lets `send` return.
    void end(std::uint64_t id, std::optional<HttpFailure> failure)
    {
        auto const found = transfers_.find(id);
        Transfer& transfer = *found->second;
        curl_.multi_remove_handle(multi_, transfer.easy.get());
        transfers_.erase(found);
        std::lock_guard const lock(transfer.mutex);
        transfer.failure = std::move(failure);
        transfer.has_ended = true;
        transfer.changed.notify_one();
    }

    CurlSetup setup_;
    Libcurl const& curl_;
    CURLM* const multi_;
    std::mutex mutex_;
    std::vector<Order> orders_;
    std::uint64_t last_id_ = 0;
    bool is_ending_ = false;
    std::map<std::uint64_t, Transfer*> transfers_; ///< the loop's thread only
    std::thread thread_;
};

CurlHttp::CurlHttp(CurlSetup setup)
    : loop_(std::async(std::launch::async,
        [setup = std::move(setup)]() -> Result<std::shared_ptr<Loop>> { return std::make_shared<Loop>(setup, *TRY(libcurl())); }))
{
}

CurlHttp::~CurlHttp() = default;

tl::expected<HttpHead, HttpFailure> CurlHttp::send(HttpRequest const& request, OnPiece const& on_piece, std::stop_token stop)
{
    auto const& loop = loop_.get();
    if (!loop)
        return tl::unexpected(HttpFailure { HttpProblem::other, loop.error().message });
    return (*loop)->send(request, on_piece, stop);
}

}
