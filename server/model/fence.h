// The mark around data in what a model reads, so that text of files and tools is not taken for words of the person.
//
// Its ID is a keyed hash of what it encloses: nobody who writes the text can know it, so no text can hold its own end; and the same text
// has the same mark in every run, so that providers' prompt caches and our own response cache hold.
#pragma once

#include "model/provider.h"
#include "support/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace countersign::model {

class Fence {
public:
    explicit Fence(std::string key) : key_(std::move(key)) { }
    /// With the key of the state directory (`fence.key`, 0600), made on first use. Errors: io.
    static Result<Fence> open(std::filesystem::path const& state_directory);

    /// "<data ID NAME>\nTEXT\n</data ID>". `name` says where the text is from.
    std::string around(std::string_view name, std::string_view text) const;

private:
    std::string key_;
};

/// What the request's first message begins with: the fenced material, and how many bytes of it that is.
void put_material_first(Request& request, Fence const& fence);

/// Sends requests with every tool result and all material fenced.
std::unique_ptr<Provider> make_fenced_provider(std::unique_ptr<Provider> inner, Fence fence);

}
