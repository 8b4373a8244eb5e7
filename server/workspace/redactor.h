// Takes secrets out of text on its way to a model, a log or the ledger: values that are known to be secret (with their usual encodings),
// what has the form of a key or a password, and private key blocks. Each becomes `[REDACTED:type:first8(sha256)]`: the same secret always
// the same, so that a model can speak of it.
//
// What is written to a file is never redacted; instead the overlay refuses text that would put a placeholder where a secret was.
// Built before a run and not changed afterwards; then any thread. Best effort by nature: a secret that looks like prose stays.
#pragma once

#include "workspace/known_secrets.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// Bytes [begin, end) of a text that are secret.
struct FoundSecret {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view type; ///< "aws", "env", "private-key": part of the placeholder
    bool operator==(FoundSecret const&) const = default;
};

class Redactor {
public:
    /// Adds a value that is secret wherever it stands. Shorter ones than 8 bytes are passed over: they would be everywhere.
    void know(std::string_view value, std::string_view type);
    /// Adds the variables whose names or values say that they are secret.
    void know_environment(std::map<std::string, std::string> const& environment);
    /// Adds what a file of credentials holds: KEY=value, key: value, "key": "value". Harmless values (numbers, "production", paths) are
    /// left out unless their key says that they are secret.
    void know_file(std::string_view content);

    /// In order, not overlapping.
    std::vector<FoundSecret> find(std::string_view text) const;
    std::string redact(std::string_view text) const;

private:
    KnownSecrets known_;
};

/// Redacts parts of one text that were cut apart anywhere, such as the results of two calls: a secret over a border is found, too.
/// Remembers what it found: a conversation, sent again with each turn, costs what is new in it.
class RedactingParts {
public:
    explicit RedactingParts(Redactor const& redactor) : redactor_(redactor) { }

    void redact(std::vector<std::string*> const& parts);

private:
    std::size_t forget_what_changed(std::vector<std::string*> const& parts);
    void look_over_borders(std::size_t first);

    Redactor const& redactor_;
    std::string text_;                ///< the parts of the last call, one after another
    std::vector<std::size_t> begins_; ///< of each part in it
    std::vector<FoundSecret> in_parts_, over_borders_;
};

/// Redacts a text that arrives in pieces: what might be the beginning of a secret is held back until more has come.
class RedactingStream {
public:
    explicit RedactingStream(Redactor const& redactor) : redactor_(redactor) { }

    /// What can be passed on now.
    std::string push(std::string_view piece);
    /// The rest.
    std::string finish();

private:
    std::string take(std::size_t end);

    Redactor const& redactor_;
    std::string held_;
    std::size_t passed_ = 0; ///< bytes at the beginning of `held_` that were passed on; kept as what stands before the rest
};

/// "[REDACTED:type:1a2b3c4d]" for `secret`.
std::string placeholder(std::string_view secret, std::string_view type);
/// How many placeholders are in `text`.
std::size_t count_placeholders(std::string_view text);

}
