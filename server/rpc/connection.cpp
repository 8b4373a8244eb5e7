#include "rpc/connection.h"

#include "rpc/dispatcher.h"
#include "rpc/inbox.h"
#include "rpc/outbox.h"
#include "support/log.h"
#include "support/text.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace countersign::rpc {

struct Connection::Core {
    Core(support::UniqueFd out, Observer observer, Limits given)
        : limits(given)
        , work(loop.get_executor())
        , outbox(std::make_shared<Outbox>(std::move(out), std::move(observer), given.soft_limit, given.hard_limit,
              [this](std::string reason) {
                  end({ 1, std::move(reason) });
              }))
        , dispatcher(outbox)
    {
    }

    /// The first outcome counts. Any thread.
    void end(Outcome how)
    {
        std::lock_guard const lock(mutex);
        if (!outcome)
            outcome = std::move(how);
        loop.stop();
    }

    void await_signal()
    {
        signals->async_wait([this](asio::error_code const& error, int number) {
            if (error)
                return;
            guarded("the handler of a signal", [&] { terminate(number); });
            await_signal();
        });
    }

    void received(Result<Json> message, std::size_t size)
    {
        asio::post(loop, [this, message = std::move(message), size]() mutable {
            guarded("a message", [&] { dispatcher.handle(std::move(message)); });
            inbox->handled(size);
        });
    }

    void input_ended(EndOfInput how)
    {
        asio::post(loop, [this, how = std::move(how)]() mutable {
            if (!how.problem.empty())
                return end({ 1, std::move(how.problem) });
            if (end_of_input)
                guarded("the end of the input", [&] { end_of_input(); });
            else
                end({ 1, {} });
        });
    }

    Limits const limits;
    asio::io_context loop { 1 };
    asio::executor_work_guard<asio::io_context::executor_type> work;
    std::thread::id const main_thread = std::this_thread::get_id();
    std::mutex mutex;
    std::optional<Outcome> outcome;
    std::shared_ptr<Outbox> outbox;
    Dispatcher dispatcher;
    std::map<TimerId, asio::steady_timer> timers;
    TimerId next_timer = 1;
    std::optional<asio::signal_set> signals;
    Callback<void(int)> terminate;
    Callback<void()> end_of_input;
    support::UniqueFd in;
    std::optional<Inbox> inbox;
};

Connection::Connection(Streams streams, Observer observer, Limits limits)
    : core_(std::make_unique<Core>(std::move(streams.out), std::move(observer), limits))
{
    core_->in = std::move(streams.in);
}

Connection::~Connection()
{
    // Both threads call into the core; they are gone before any of it is.
    if (core_->inbox)
        core_->inbox->close();
    core_->outbox->close(std::chrono::milliseconds(0));
}

void Connection::bind_request(std::string method, Callback<void(Json const&, ReplyToken)> handler)
{
    core_->dispatcher.bind_request(std::move(method), std::move(handler));
}

void Connection::bind_notification(std::string method, Callback<Result<>(Json const&)> handler)
{
    core_->dispatcher.bind_notification(std::move(method), std::move(handler));
}

void Connection::on_request(std::string method, Callback<void(Json const& params, Reply<Json> reply)> handler)
{
    bind_request(std::move(method),
        [handler = std::move(handler)](Json const& params, ReplyToken token) { handler(params, Reply<Json>(std::move(token))); });
}

void Connection::on_notification(std::string method, Callback<void(Json const& params)> handler)
{
    bind_notification(std::move(method), [handler = std::move(handler)](Json const& params) {
        handler(params);
        return Result<>();
    });
}

void Connection::set_gate(Gate gate) { core_->dispatcher.set_gate(std::move(gate)); }

void Connection::on_end_of_input(Callback<void()> handler) { core_->end_of_input = std::move(handler); }

void Connection::on_terminate(Callback<void(int signal)> handler)
{
    core_->terminate = std::move(handler);
    core_->signals.emplace(core_->loop, SIGTERM, SIGINT, SIGHUP);
    core_->await_signal();
}

void Connection::notify(std::string_view method, std::optional<Json> params)
{
    if (std::this_thread::get_id() != core_->main_thread)
        core_->outbox->wait_for_room({});
    core_->outbox->put(encode(protocol::Message(protocol::Notification { std::string(method), std::move(params) })));
}

protocol::RequestId Connection::request(std::string_view method, std::optional<Json> params, Callback<void(Answer<Json>)> done)
{
    return core_->dispatcher.request(method, std::move(params), std::move(done));
}

void Connection::cancel(protocol::RequestId const& id) { notify("$/cancelRequest", Json { { "id", encode(id) } }); }

bool Connection::wait_for_room(std::stop_token stop) const { return core_->outbox->wait_for_room(std::move(stop)); }

void Connection::post(Callback<void()> function)
{
    asio::post(core_->loop, [function = std::move(function)] { guarded("a posted function", [&] { function(); }); });
}

TimerId Connection::after(std::chrono::milliseconds delay, Callback<void()> function)
{
    TimerId const id = core_->next_timer++;
    auto const timer = core_->timers.try_emplace(id, core_->loop, delay).first;
    timer->second.async_wait([core = core_.get(), id, function = std::move(function)](asio::error_code const& error) {
        if (error || core->timers.erase(id) == 0)
            return;
        guarded("a timer", [&] { function(); });
    });
    return id;
}

bool Connection::cancel_timer(TimerId timer) { return core_->timers.erase(timer) > 0; }

Outcome Connection::run()
{
    core_->inbox.emplace(std::move(core_->in), core_->limits.inbound_limit,
        Inbox::Receiver {
            [core = core_.get()](Result<Json> message, std::size_t size) { core->received(std::move(message), size); },
            [core = core_.get()](EndOfInput end) { core->input_ended(std::move(end)); },
        });
    core_->loop.run();
    core_->inbox->close();
    core_->outbox->close(core_->limits.flush);
    std::lock_guard const lock(core_->mutex);
    Outcome outcome = core_->outcome.value_or(Outcome { 1, {} });
    if (!outcome.message.empty())
        log::error("{}", outcome.message);
    return outcome;
}

void Connection::stop(int exit_code) { core_->end({ exit_code, {} }); }

protocol::ResponseError Connection::undecodable(std::string_view method, Error const& error)
{
    return { protocol::ResponseCode::internal_error,
        "the editor's answer to " + std::string(method) + " cannot be read: " + error.message };
}

}
