// generate lsp.json OUT_DIR: writes OUT_DIR/lsp.h and OUT_DIR/lsp.cpp, the C++ of the protocol's messages.
//
// Runs at build time; what it writes is never committed. The input is in the official meta-model's format with one
// key more: `lenient` (see codec.h, which also has the rules of translation). A structure becomes a plain struct with
// the fields of all that it extends; a closed enumeration an enum class; an open one a string or an integer with
// constants; a message a tag type with its method, Params and Result. `ClientCapabilities` is written by hand.
#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::json;

char const* const by_hand = "ClientCapabilities";

/// Ends the build with a sentence about the input.
[[noreturn]] void refuse(std::string const& why)
{
    std::cerr << "lsp.json: " << why << '\n';
    std::exit(1);
}

/// `QuickFix` becomes `quick_fix`; a C++ keyword gets an underscore behind it.
std::string snake_case(std::string const& name)
{
    static std::set<std::string> const keywords { "default", "delete", "new", "operator", "namespace", "class", "enum", "export",
        "register" };
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        bool const upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
        bool const after_lower = i > 0 && std::isupper(static_cast<unsigned char>(name[i - 1])) == 0;
        bool const before_lower = i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0;
        if (upper && i > 0 && (after_lower || before_lower))
            out += '_';
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    return keywords.count(out) > 0 ? out + '_' : out;
}

std::string quoted(std::string const& text) { return Json(text).dump(); }

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

class Writer {
public:
    explicit Writer(Model const& model) : model_(model), types_(model) { }

    void run()
    {
        header_ = "// Generated by protocol/generate.cpp from protocol/lsp.json. Do not edit.\n#pragma once\n\n"
                  "#include \"protocol/client_capabilities.h\"\n#include \"protocol/codec.h\"\n\n"
                  "namespace countersign::protocol {\n";
        source_ = "// Generated by protocol/generate.cpp from protocol/lsp.json. Do not edit.\n"
                  "#include \"protocol/lsp.h\"\n\n#include \"protocol/read_fields.h\"\n\nnamespace countersign::protocol {\n";
        for (Json const& enumeration : model_.json().at("enumerations"))
            write_enumeration(enumeration);
        for (char const* const section : { "structures", "typeAliases" }) {
            for (Json const& entry : model_.json().at(section))
                write_type(entry.at("name"));
        }
        for (char const* const section : { "requests", "notifications" }) {
            for (Json const& entry : model_.json().at(section))
                write_message(entry);
        }
        header_ += "\n}\n";
        source_ += "\n}\n";
    }

    std::string const& header() const { return header_; }
    std::string const& source() const { return source_; }

private:
    void declare(std::string const& name)
    {
        header_ += fmt::format("bool decode(Json const& value, {0}& out, At const& at, Problem& problem);\n"
                               "Json encode({0} const& value);\n"
                               "bool fits(Json const& value, std::type_identity<{0}>);\n",
            name);
    }

    void write_enumeration(Json const& enumeration)
    {
        std::string const name = enumeration.at("name");
        bool const strings = enumeration.at("type").at("name") == "string";
        if (enumeration.value("supportsCustomValues", false)) {
            header_ += fmt::format("\nusing {} = {};\nnamespace {} {{\n", name, types_.cpp(enumeration.at("type")), snake_case(name));
            for (Json const& value : enumeration.at("values"))
                header_ += fmt::format("inline constexpr {} {} = {};\n", strings ? "char const*" : "std::int32_t",
                    snake_case(value.at("name")), value.at("value").dump());
            header_ += "}\n";
            return;
        }
        header_ += fmt::format("\nenum class {} : std::int32_t {{\n", name);
        std::string table;
        for (Json const& value : enumeration.at("values")) {
            std::string const enumerator = snake_case(value.at("name"));
            header_ += strings ? fmt::format("    {},\n", enumerator) : fmt::format("    {} = {},\n", enumerator, value.at("value").dump());
            table += fmt::format("    {{ {}::{}, {} }},\n", name, enumerator, value.at("value").dump());
        }
        header_ += "};\n";
        declare(name);
        source_ += fmt::format("\nstatic constexpr EnumEntry<{0}, {1}> {2}_values[] {{\n{3}}};\n"
                               "bool decode(Json const& value, {0}& out, At const& at, Problem& problem) {{ return read_enum(value, "
                               "{2}_values, out, \"{0}\", at, problem); }}\n"
                               "Json encode({0} const& value) {{ return write_enum({2}_values, value); }}\n"
                               "bool fits(Json const& value, std::type_identity<{0}>) {{ return value.{4}(); }}\n",
            name, strings ? "std::string_view" : "std::int32_t", snake_case(name), table, strings ? "is_string" : "is_number");
    }

    /// Writes a structure or an alias behind all that it is made of.
    void write_type(std::string const& name)
    {
        Json const* const structure = model_.structure(name);
        Json const* const alias = model_.alias(name);
        if (name == by_hand || (!structure && !alias) || written_.count(name) > 0)
            return;
        if (!open_.insert(name).second)
            refuse(name + " contains itself");
        std::set<std::string> needed;
        if (alias) {
            types_.collect(alias->at("type"), needed);
        } else {
            for (Json const& property : model_.properties(name))
                types_.collect(property.at("type"), needed);
        }
        for (std::string const& other : needed)
            write_type(other);
        open_.erase(name);
        written_.insert(name);
        if (alias)
            header_ += fmt::format("\nusing {} = {};\n", name, types_.cpp(alias->at("type")));
        else
            write_structure(name);
    }

    void write_structure(std::string const& name)
    {
        std::string fields;
        std::string reads;
        std::string writes;
        std::string shape;
        for (Json const& property : model_.properties(name)) {
            Json const& type = property.at("type");
            std::string const field = property.at("name");
            bool const optional = property.value("optional", false);
            bool const lenient = property.value("lenient", false);
            if (types_.is_literal(type)) {
                std::string const literal = quoted(type.at("value"));
                fields += fmt::format("    static constexpr std::string_view {} = {};\n", field, literal);
                reads += fmt::format("        && read_constant(value, \"{}\", {}, at, problem)\n", field, literal);
                writes += fmt::format("    out[\"{}\"] = {};\n", field, literal);
                shape += fmt::format("\n        && has_constant(value, \"{}\", {})", field, literal);
                continue;
            }
            std::string cpp = types_.cpp(type);
            if (optional && !types_.is_nullable(type))
                cpp = fmt::format("std::optional<{}>", cpp);
            fields += fmt::format("    {} {} {{}};\n", cpp, field);
            reads += fmt::format("        && read_{}(value, \"{}\", out.{}, at, problem)\n",
                lenient ? "lenient" : (optional ? "optional" : "required"), field, field);
            if (optional)
                writes += fmt::format("    if (value.{0})\n        out[\"{0}\"] = encode(*value.{0});\n", field);
            else
                writes += fmt::format("    out[\"{0}\"] = encode(value.{0});\n", field);
            if (!optional && !lenient)
                shape += fmt::format("\n        && {}", demand(field, type));
        }
        header_ += fmt::format("\nstruct {0} {{\n{1}    bool operator==({0} const&) const = default;\n}};\n", name, fields);
        declare(name);
        source_ +=
            fmt::format("\nbool decode(Json const& value, [[maybe_unused]] {0}& out, At const& at, Problem& problem)\n{{\n"
                        "    if (!value.is_object())\n        return problem.expected(\"object\", at);\n    return true\n{1}        ;\n}}\n"
                        "Json encode([[maybe_unused]] {0} const& value)\n{{\n    Json out = Json::object();\n{2}    return out;\n}}\n"
                        "bool fits(Json const& value, std::type_identity<{0}>)\n{{\n    return value.is_object(){3};\n}}\n",
                name, reads, writes, shape);
    }

    /// What makes a field count as present when an alternative of a union is chosen: base types by their kind,
    /// anything composed by not being null, so that what is wrong inside it is an error with a path.
    std::string demand(std::string const& field, Json const& type) const
    {
        if (types_.is_nullable(type))
            return fmt::format("value.contains(\"{}\")", field);
        if (type.at("kind") == "base")
            return fmt::format("has<{}>(value, \"{}\")", types_.cpp(type), field);
        return fmt::format("has_any(value, \"{}\")", field);
    }

    void write_message(Json const& message)
    {
        auto const type_or_none = [&](char const* key) {
            return message.contains(key) ? types_.cpp(message.at(key)) : std::string("std::monostate");
        };
        header_ += fmt::format("\nstruct {} {{\n    static constexpr std::string_view method = {};\n    using Params = {};\n",
            message.at("typeName").get<std::string>(), message.at("method").dump(), type_or_none("params"));
        if (message.contains("result"))
            header_ += fmt::format("    using Result = {};\n", type_or_none("result"));
        header_ += "};\n";
    }

    Model const& model_;
    Types types_;
    std::string header_;
    std::string source_;
    std::set<std::string> open_;
    std::set<std::string> written_;
};

void write_file(std::string const& path, std::string const& content)
{
    std::ofstream file(path, std::ios::binary);
    file << content;
    file.close();
    if (!file)
        refuse("cannot write " + path);
}

}

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: generate_protocol lsp.json OUT_DIR\n";
        return 2;
    }
    std::ifstream input(argv[1]);
    Json const json = Json::parse(input, nullptr, false);
    if (json.is_discarded())
        refuse("not JSON");
    Model const model(json);
    Writer writer(model);
    writer.run();
    write_file(std::string(argv[2]) + "/lsp.h", writer.header());
    write_file(std::string(argv[2]) + "/lsp.cpp", writer.source());
}
