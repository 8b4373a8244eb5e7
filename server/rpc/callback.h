// A function object that may own what cannot be copied: a handler that keeps its reply for later needs that,
// and std::function cannot hold it (std::move_only_function is not in this compiler's library).
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace countersign::rpc {

template<typename Signature>
class Callback;

template<typename R, typename... Args>
class Callback<R(Args...)> {
public:
    Callback() = default;
    template<typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Callback> && std::is_invocable_r_v<R, F&, Args...>) Callback(F&& function)
        : target_(std::make_unique<Target<std::remove_cvref_t<F>>>(std::forward<F>(function)))
    {
    }

    explicit operator bool() const { return target_ != nullptr; }
    R operator()(Args... args) const { return target_->call(std::forward<Args>(args)...); }

private:
    struct AnyTarget {
        virtual ~AnyTarget() = default;
        virtual R call(Args... args) = 0;
    };
    template<typename F>
    struct Target final : AnyTarget {
        explicit Target(F const& from) : function(from) { }
        explicit Target(F&& from) : function(std::move(from)) { }
        R call(Args... args) override { return function(std::forward<Args>(args)...); }
        F function;
    };
    std::unique_ptr<AnyTarget> target_;
};

}
