// The meta-model as the generator reads it, and its types as C++ says them. Used by generate.cpp only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fmt/core.h>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace generator {

using Json = nlohmann::json;

/// Ends the build with a sentence about the input.
[[noreturn]] inline void refuse(std::string const& why)
{
    std::cerr << "lsp.json: " << why << '\n';
    std::exit(1);
}

class Model {
public:
    explicit Model(Json const& json) : json_(json)
    {
        for (Json const& entry : json.at("structures"))
            structures_[entry.at("name")] = &entry;
        for (Json const& entry : json.at("enumerations"))
            enumerations_[entry.at("name")] = &entry;
        for (Json const& entry : json.at("typeAliases"))
            aliases_[entry.at("name")] = &entry;
    }

    Json const& json() const { return json_; }
    Json const* structure(std::string const& name) const { return find(structures_, name); }
    Json const* enumeration(std::string const& name) const { return find(enumerations_, name); }
    Json const* alias(std::string const& name) const { return find(aliases_, name); }

    /// Of the structure and of all that it extends or mixes in, its own last.
    std::vector<Json> properties(std::string const& name) const
    {
        Json const* const found = structure(name);
        if (found == nullptr)
            refuse("no structure " + name);
        std::vector<Json> all;
        for (char const* const key : { "extends", "mixins" }) {
            for (Json const& base : found->value(key, Json::array()))
                merge(all, properties(base.at("name")));
        }
        merge(all, found->at("properties"));
        return all;
    }

private:
    static Json const* find(std::map<std::string, Json const*> const& in, std::string const& name)
    {
        auto const entry = in.find(name);
        return entry == in.end() ? nullptr : entry->second;
    }

    static void merge(std::vector<Json>& into, std::vector<Json> const& more)
    {
        for (Json const& property : more) {
            auto const same = [&](Json const& other) { return other.at("name") == property.at("name"); };
            into.erase(std::remove_if(into.begin(), into.end(), same), into.end());
            into.push_back(property);
        }
    }

    Json const& json_;
    std::map<std::string, Json const*> structures_;
    std::map<std::string, Json const*> enumerations_;
    std::map<std::string, Json const*> aliases_;
};

/// A type of the meta-model as C++ says it.
class Types {
public:
    explicit Types(Model const& model) : model_(model) { }

    std::string cpp(Json const& type) const
    {
        std::string const kind = type.at("kind");
        if (kind == "base")
            return base(type.at("name"));
        if (kind == "reference")
            return reference(type.at("name"));
        if (kind == "array")
            return fmt::format("std::vector<{}>", cpp(type.at("element")));
        if (kind == "map")
            return fmt::format("std::map<std::string, {}>", cpp(type.at("value")));
        if (kind == "or")
            return either(type.at("items"));
        refuse("a type of kind " + kind + " can stand only where the generator knows what to do with it");
    }

    static bool is_literal(Json const& type) { return type.at("kind") == "stringLiteral"; }

    static bool is_null(Json const& type) { return type.at("kind") == "base" && type.at("name") == "null"; }

    /// `T | null`.
    bool is_nullable(Json const& type) const
    {
        if (type.at("kind") == "reference" && model_.alias(type.at("name")) != nullptr)
            return is_nullable(model_.alias(type.at("name"))->at("type"));
        return type.at("kind") == "or" && std::any_of(type.at("items").begin(), type.at("items").end(), is_null);
    }

    /// The types that must be complete before this one.
    void collect(Json const& type, std::set<std::string>& into) const
    {
        std::string const kind = type.at("kind");
        if (kind == "reference")
            into.insert(type.at("name").get<std::string>());
        else if (kind == "array")
            collect(type.at("element"), into);
        else if (kind == "map")
            collect(type.at("value"), into);
        else if (kind == "or")
            for (Json const& item : type.at("items"))
                collect(item, into);
    }

private:
    static std::string base(std::string const& name)
    {
        static std::map<std::string, std::string> const names { { "string", "std::string" }, { "URI", "std::string" },
            { "DocumentUri", "std::string" }, { "boolean", "bool" }, { "integer", "std::int32_t" }, { "uinteger", "std::uint32_t" },
            { "decimal", "double" }, { "null", "std::monostate" } };
        auto const found = names.find(name);
        if (found == names.end())
            refuse("unknown base type " + name);
        return found->second;
    }

    std::string reference(std::string const& name) const
    {
        if (name == "LSPAny" || name == "LSPObject" || name == "LSPArray")
            return "Json";
        if (!model_.structure(name) && !model_.enumeration(name) && !model_.alias(name))
            refuse("unknown type " + name);
        return name;
    }

    std::string either(std::vector<Json> items) const
    {
        bool const nullable = std::any_of(items.begin(), items.end(), is_null);
        items.erase(std::remove_if(items.begin(), items.end(), is_null), items.end());
        std::stable_sort(items.begin(), items.end(), [&](Json const& a, Json const& b) { return demands(a) > demands(b); });
        std::vector<std::string> alternatives;
        for (Json const& item : items) {
            std::string const name = cpp(item);
            if (name == "Json")
                return name;
            if (std::find(alternatives.begin(), alternatives.end(), name) == alternatives.end())
                alternatives.push_back(name);
        }
        std::string out = alternatives.front();
        if (alternatives.size() > 1) {
            out = "std::variant<";
            for (std::string const& name : alternatives)
                out += (out.back() == '<' ? "" : ", ") + name;
            out += ">";
        }
        return nullable ? fmt::format("std::optional<{}>", out) : out;
    }

    /// How many fields a value must have to be of this type: the more, the more specific.
    std::size_t demands(Json const& type) const
    {
        if (type.at("kind") != "reference" || !model_.structure(type.at("name")))
            return 0;
        auto const properties = model_.properties(type.at("name"));
        return 1 + static_cast<std::size_t>(std::count_if(properties.begin(), properties.end(), [](Json const& property) {
            return !property.value("optional", false);
        }));
    }

    Model const& model_;
};

}
