// A run without rooms above builtin/: the provider's calls answered from a map of files, in the formats of the real tools.
//
// On every turn it checks what a real loop relies on: the same messages give the same reply, ids are not used twice, an edit's
// old_text stands in the file exactly once.
#pragma once

#include "builtin/builtin.h"
#include "builtin/listings.h"
#include "support/text.h"
#include "syntax/scopes.h"
#include "syntax/tree.h"

#include <chrono>
#include <fmt/core.h>
#include <fnmatch.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>

namespace countersign::builtin {

using Files = std::map<std::string, std::string>;

struct Played {
    Files files;      ///< as they are after the run
    std::string text; ///< the provider's last words
    std::vector<model::ToolCall> calls;
    std::size_t turns = 0;

    std::size_t count(std::string_view name) const
    {
        return static_cast<std::size_t>(
            std::count_if(calls.begin(), calls.end(), [&](model::ToolCall const& call) { return call.name == name; }));
    }
};

class ToolLoop {
public:
    explicit ToolLoop(Files files) : files_(std::move(files)) { }

    std::size_t page_size = 64 * 1024; ///< bytes of a read_file result
    std::chrono::microseconds spent {};
    std::map<std::string, std::string> failures; ///< tool name -> "code: message"

    Played run(Json const& header, std::string const& prose = "Please.")
    {
        auto provider = make_provider();
        model::Request request;
        request.messages.push_back({ model::Role::user, support::dump_json(header) + "\n\n" + prose, {}, {} });
        Played result;
        std::set<std::string> ids;
        while (result.turns < 50) {
            ++result.turns;
            auto const before = std::chrono::steady_clock::now();
            auto const reply = provider->complete(request, {}, {});
            auto const again = provider->complete(request, {}, {});
            spent += std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - before);
            EXPECT_TRUE(reply && again);
            if (!reply || !again)
                return result;
            EXPECT_EQ(model::to_json(*reply), model::to_json(*again)) << "the same messages must give the same reply";
            EXPECT_EQ(reply->usage.input_tokens + reply->usage.output_tokens, 0u);
            EXPECT_EQ(reply->usage.cost, 0.0);
            request.messages.push_back(reply->message);
            if (reply->message.calls.empty()) {
                EXPECT_EQ(reply->stop, model::StopReason::end_turn);
                result.text = reply->message.text;
                result.files = files_;
                return result;
            }
            model::Message results { model::Role::user, {}, {}, {} };
            for (model::ToolCall const& call : reply->message.calls) {
                EXPECT_TRUE(ids.insert(call.id).second) << "id used twice: " << call.id;
                result.calls.push_back(call);
                results.results.push_back(answer(call));
            }
            request.messages.push_back(std::move(results));
        }
        ADD_FAILURE() << "the run did not end";
        return result;
    }

private:
    model::ToolResult answer(model::ToolCall const& call)
    {
        if (auto const failure = failures.find(call.name); failure != failures.end())
            return { call.id, failure->second, true };
        Json const& arguments = call.arguments;
        if (call.name == "run_tests")
            return { call.id, "denied: not run: a person would have to be asked first", true };
        if (call.name == "list_files")
            return { call.id, list(arguments.at("glob").get<std::string>()), false };
        if (call.name == "references")
            return { call.id, references(arguments.at("name").get<std::string>()), false };
        std::string const path = arguments.at("path").get<std::string>();
        if (call.name == "create_file") {
            if (files_.contains(path))
                return { call.id, "denied: it exists", true };
            files_[path] = arguments.at("content").get<std::string>();
            return { call.id, "created", false };
        }
        if (!files_.contains(path))
            return { call.id, "not_found: there is no " + path, true };
        if (call.name == "read_file")
            return { call.id, read(files_[path], arguments), false };
        if (call.name == "edit_file")
            return edit(call.id, files_[path], arguments.at("old_text").get<std::string>(), arguments.at("new_text").get<std::string>());
        ADD_FAILURE() << "no such tool: " << call.name;
        return { call.id, "not_found: no such tool", true };
    }

    std::string read(std::string const& text, Json const& arguments) const
    {
        if (text.empty())
            return "[the file is empty]";
        support::LineIndex const lines(text);
        std::size_t const count = lines.line_count() - (lines.start(lines.line_count() - 1) == text.size() ? 1 : 0);
        std::size_t const first = arguments.value("start_line", std::size_t { 1 });
        std::size_t const last = std::min(arguments.value("end_line", count), count);
        std::size_t shown = first;
        while (shown < last && lines.start(shown + 1) - lines.start(first - 1) <= page_size)
            ++shown;
        std::string const part = text.substr(lines.start(first - 1), lines.start(shown) - lines.start(first - 1));
        if (part.size() > page_size)
            return part.substr(0, page_size)
                + fmt::format("\n[cut: line {} of {} has {} bytes, this is the first {}; continue with start_line {}]", first, count,
                    part.size(), page_size, first + 1);
        if (shown == last)
            return part;
        return part + fmt::format("[cut: lines {} to {} of {}; continue with start_line {}]", first, shown, count, shown + 1);
    }

    static model::ToolResult edit(std::string const& id, std::string& text, std::string const& old_text, std::string const& new_text)
    {
        auto const place = old_text.empty() ? std::string::npos : text.find(old_text);
        if (place == std::string::npos || text.find(old_text, place + 1) != std::string::npos) {
            ADD_FAILURE() << "old_text must stand in the file once:\n" << old_text;
            return { id, "ambiguous: old_text", true };
        }
        text.replace(place, old_text.size(), new_text);
        return { id, "edited", false };
    }

    std::string list(std::string const& glob) const
    {
        std::string rows;
        for (auto const& [path, text] : files_) {
            if (matches(glob, path))
                rows += path + "\n";
        }
        return rows.empty() ? "no file matches " + glob : rows;
    }

    /// `**/` and one or two groups of alternatives are all that the provider uses.
    static bool matches(std::string const& glob, std::string const& path)
    {
        auto const open = glob.find('{');
        if (open != std::string::npos) {
            auto const close = glob.find('}', open);
            std::string rest = glob.substr(open + 1, close - open - 1) + ",";
            for (auto comma = rest.find(','); comma != std::string::npos; comma = rest.find(',')) {
                if (matches(glob.substr(0, open) + rest.substr(0, comma) + glob.substr(close + 1), path))
                    return true;
                rest.erase(0, comma + 1);
            }
            return false;
        }
        std::string const name(file_name_of(path));
        return glob.starts_with("**/") && fnmatch(glob.substr(3).c_str(), name.c_str(), 0) == 0;
    }

    std::string references(std::string const& name) const
    {
        std::string rows;
        for (auto const& [path, text] : files_) {
            auto const* language = syntax::find_language(path);
            if (!language)
                continue;
            auto const tree = syntax::Tree::parse(*language, std::make_shared<std::string const>(text));
            support::LineIndex const lines(text);
            for (auto const& occurrence : syntax::occurrences(*tree, name)) {
                std::size_t const line = lines.line_at(occurrence.range.begin);
                rows += fmt::format("{}:{}:{}: {} in {}: {}\n", path, line + 1, occurrence.range.begin - lines.start(line) + 1,
                    occurrence.is_definition ? "definition"
                        : occurrence.is_call ? "call"
                                             : "use",
                    occurrence.enclosing.empty() ? "top level" : occurrence.enclosing, support::trim(lines.line(text, line)));
            }
        }
        return rows.empty() ? "no identifier " + name + " in files that have a grammar" : rows;
    }

    Files files_;
};

/// The task's first line for a file whose text holds `$0` at the cursor, or `[[` and `]]` around the selection; the marks are taken out.
inline Json header_at(std::string const& action, Files& files, std::string const& path)
{
    std::string& text = files.at(path);
    Json header { { "action", action }, { "path", path } };
    std::size_t begin = 0, end = 0;
    if (auto const open = text.find("[["); open != std::string::npos) {
        text.erase(open, 2);
        begin = open;
        end = text.find("]]");
        text.erase(end, 2);
    } else if (auto const cursor = text.find("$0"); cursor != std::string::npos) {
        text.erase(cursor, 2);
        begin = end = cursor;
    }
    support::LineIndex const lines(text);
    header["start_byte"] = begin;
    header["end_byte"] = end;
    header["start_line"] = lines.line_at(begin) + 1;
    header["end_line"] = lines.line_at(end) + 1;
    if (auto const* language = syntax::find_language(path))
        header["language"] = language->name;
    return header;
}

/// Runs an action at the mark in `path`; `more` is added to the task's first line.
inline Played run_at(std::string const& action, Files files, std::string const& path, Json const& more = Json::object())
{
    Json header = header_at(action, files, path);
    header.update(more);
    return ToolLoop(std::move(files)).run(header);
}

}
