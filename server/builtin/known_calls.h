// Calls whose effect beyond a value is known by their name, in the standard libraries of the languages that we parse. A table; a name
// that is not in it is not guessed at.
#pragma once

#include <string_view>

namespace countersign::builtin {

enum class Effect { input_output, process, network, time, randomness, environment, memory, locking, concurrency };

struct KnownCall {
    std::string_view name; ///< whole name, last part of one, or (with a trailing dot or colons) what one begins with
    Effect effect;
};

/// By the callee as it is written, template arguments aside; null if it is not known.
KnownCall const* known_call(std::string_view name);

/// Whether a method of this name, in lower case, changes what it is called on wherever it is a common one: append, push, clear.
bool changes_receiver(std::string_view method);
/// Whether it takes or gives back a lock.
bool is_locking(std::string_view method);

/// What a list of such calls is introduced by: "Talks to the network: ".
std::string_view effect_words(Effect effect);

}
