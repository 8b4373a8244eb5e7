#include "tools/scan.h"

#include "support/text.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <fmt/core.h>
#include <mutex>
#include <thread>

namespace countersign::tools {

namespace {

struct FileScan {
    bool done = false;
    std::size_t bytes = 0;
    std::vector<std::string> rows;
};

/// What the threads share. Files are begun in path order, and the rows of those that are done from the first on without a gap count
/// against the limits: so it is the same files that are left out every time.
class Work {
public:
    Work(Context const& context, std::span<std::string const> paths, ScanLimits const& limits, ScanFile const& scan_file)
        : context_(context)
        , paths_(paths)
        , limits_(limits)
        , scan_file_(scan_file)
        , files_(paths.size())
        , deadline_(std::chrono::steady_clock::now() + limits.duration)
    {
    }

    /// The body of every thread. What is thrown here would end the process.
    void run()
    {
        try {
            scan_files();
        } catch (...) {
            std::lock_guard const lock(mutex_);
            thrown_ = std::current_exception();
            is_full_.store(true);
        }
    }

    /// After all threads have ended. Throws what one of them threw.
    Result<Scan> result()
    {
        if (thrown_)
            std::rethrow_exception(thrown_);
        if (context_.stop.stop_requested())
            return fail(ErrorCode::cancelled, "the run was stopped");
        Scan scan;
        for (std::size_t index = 0; index < counted_ && scan.cut.empty(); ++index) {
            FileScan& file = files_[index];
            if (file.rows.empty())
                continue;
            std::size_t const room = limits_.rows - scan.rows.size();
            if (file.rows.size() > room) {
                scan.cut = fmt::format("the first {}", support::count_of(limits_.rows, "line"));
                file.rows.resize(room);
            }
            ++scan.files;
            std::move(file.rows.begin(), file.rows.end(), std::back_inserter(scan.rows));
            if (context_.observer)
                context_.observer->used(paths_[index]);
        }
        if (scan.cut.empty() && counted_ < paths_.size())
            scan.cut = fmt::format(
                "{} of {} files looked at, then the {} limit was reached", counted_, paths_.size(), is_full_.load() ? "size" : "time");
        return scan;
    }

private:
    void scan_files()
    {
        Expired const expired = [this] { return is_expired(); };
        while (!is_full_.load() && !is_expired()) {
            std::size_t const index = next_++;
            if (index >= paths_.size())
                return;
            FileScan file;
            // Unreadable and binary files are nothing to a search.
            if (auto const text = context_.overlay.read(paths_[index])) {
                file.bytes = (*text)->size();
                file.rows = scan_file_(paths_[index], *text, expired);
            }
            file.done = !is_expired();
            finish(index, std::move(file));
        }
    }

    bool is_expired() const { return context_.stop.stop_requested() || std::chrono::steady_clock::now() >= deadline_; }

    void finish(std::size_t index, FileScan file)
    {
        std::lock_guard const lock(mutex_);
        files_[index] = std::move(file);
        while (!is_full_.load() && counted_ < files_.size() && files_[counted_].done) {
            row_count_ += files_[counted_].rows.size();
            byte_count_ += files_[counted_].bytes;
            ++counted_;
            if (row_count_ > limits_.rows || byte_count_ > limits_.bytes)
                is_full_.store(true);
        }
    }

    Context const& context_;
    std::span<std::string const> paths_;
    ScanLimits const& limits_;
    ScanFile const& scan_file_;
    std::vector<FileScan> files_;
    std::chrono::steady_clock::time_point deadline_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> is_full_ = false;
    std::mutex mutex_;
    std::size_t counted_ = 0; ///< files from the first on that are done
    std::size_t row_count_ = 0;
    std::size_t byte_count_ = 0;
    std::exception_ptr thrown_;
};

}

Result<Scan> scan(Context const& context, std::span<std::string const> paths, ScanLimits const& limits, ScanFile const& scan_file)
{
    Work work(context, paths, limits, scan_file);
    {
        std::vector<std::jthread> threads;
        std::size_t const processors = std::max(1u, std::thread::hardware_concurrency());
        std::size_t const wanted = std::min({ limits.threads, processors, paths.size() });
        for (std::size_t i = 1; i < wanted; ++i)
            threads.emplace_back([&work] { work.run(); });
        work.run();
    }
    return work.result();
}

}
