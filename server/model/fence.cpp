#include "model/fence.h"

#include "support/files.h"
#include "support/hash.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::model {

namespace {

constexpr std::size_t id_digits = 12;
constexpr std::size_t key_bytes = 32;

/// A path is a stranger's, too: on one line, without what could end the mark.
std::string as_name(std::string_view text)
{
    constexpr std::size_t longest = 200;
    std::string name = support::escape_for_display(text.substr(0, longest));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '\n' || c == '\t' || c == '<' || c == '>'; }, '_');
    return name;
}

class FencedProvider final : public Provider {
public:
    FencedProvider(std::unique_ptr<Provider> inner, Fence fence) : inner_(std::move(inner)), fence_(std::move(fence)) { }

    std::string name() const override { return inner_->name(); }
    bool is_model() const override { return inner_->is_model(); }
    std::uint64_t context_tokens() const override { return inner_->context_tokens(); }
    Result<std::string> spent() const override { return inner_->spent(); }

    Result<Reply> complete(Request const& request, std::function<void(Delta const&)> const& on_delta, std::stop_token stop) override
    {
        return inner_->complete(fenced(request), on_delta, std::move(stop));
    }
    Result<std::uint64_t> count_tokens(Request const& request, std::stop_token stop) override
    {
        return inner_->count_tokens(fenced(request), std::move(stop));
    }

private:
    Request fenced(Request request) const
    {
        put_material_first(request, fence_);
        for (std::size_t i = 1; i < request.messages.size(); ++i) {
            std::vector<ToolCall> const& calls = request.messages[i - 1].calls;
            std::vector<ToolResult>& results = request.messages[i].results;
            for (std::size_t k = 0; k < results.size(); ++k)
                results[k].text = fence_.around(k < calls.size() ? calls[k].name : "result", results[k].text);
        }
        return request;
    }

    std::unique_ptr<Provider> inner_;
    Fence fence_;
};

}

Result<Fence> Fence::open(std::filesystem::path const& state_directory)
{
    std::filesystem::path const path = state_directory / "fence.key";
    auto key = support::read_file(path, key_bytes * 2);
    if (!key && key.error().code != ErrorCode::not_found)
        return tl::unexpected(std::move(key.error()));
    if (!key || key->size() != key_bytes * 2) {
        TRY(support::make_private_directory(state_directory));
        // Of two processes that make one at once, the last one's stays; all that costs is a cache's hit.
        key = support::random_hex(key_bytes);
        TRY(support::write_file_atomically(path, *key));
    }
    return Fence(std::move(*key));
}

std::string Fence::around(std::string_view name, std::string_view text) const
{
    std::string const shown = as_name(name);
    std::string const id = support::content_hash(fmt::format("{}\n{}\n{}", key_, shown, text)).substr(0, id_digits);
    return fmt::format("<data {} {}>\n{}{}</data {}>", id, shown, text, text.ends_with('\n') ? "" : "\n", id);
}

void put_material_first(Request& request, Fence const& fence)
{
    if (request.material.empty() || request.messages.empty())
        return;
    std::string text;
    for (Material const& material : request.material)
        text += fence.around(material.name, material.text) + "\n\n";
    request.messages.front().stable_bytes = text.size();
    request.messages.front().text.insert(0, text);
    request.material.clear();
}

std::unique_ptr<Provider> make_fenced_provider(std::unique_ptr<Provider> inner, Fence fence)
{
    return std::make_unique<FencedProvider>(std::move(inner), std::move(fence));
}

}
