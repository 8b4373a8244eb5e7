#include "workspace/ignore.h"

#include "workspace/paths.h"

namespace countersign::workspace {

Result<Glob> Glob::compile(std::string_view pattern)
{
    if (pattern.empty())
        return fail(ErrorCode::invalid_params, "the pattern is empty; \"**\" means every file");
    while (pattern.starts_with("./"))
        pattern.remove_prefix(2);
    Glob glob;
    glob.name_only_ = pattern.find('/') == std::string_view::npos;
    if (pattern.starts_with('/'))
        pattern.remove_prefix(1);
    std::string whole(pattern);
    if (whole.empty() || whole.ends_with('/'))
        whole += "**";
    glob.wildcard_ = TRY(Wildcard::compile(whole, Wildcard::Braces::alternatives));
    return glob;
}

bool Glob::matches(std::string_view path) const { return wildcard_.matches(name_only_ ? name_of(path) : path); }

namespace {

std::string_view without_trailing_spaces(std::string_view line)
{
    std::size_t end = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size())
            ++i;
        if (line[i] != ' ' || (i > 0 && line[i - 1] == '\\'))
            end = i + 1;
    }
    return line.substr(0, end);
}

}

std::optional<IgnoreRules::Rule> IgnoreRules::parse_line(std::string_view line)
{
    if (line.starts_with('#'))
        return std::nullopt;
    line = without_trailing_spaces(line);
    Rule rule;
    if (line.starts_with('!')) {
        rule.included = true;
        line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
        rule.directory_only = true;
        line.remove_suffix(1);
    }
    rule.name_only = line.find('/') == std::string_view::npos;
    if (line.starts_with('/'))
        line.remove_prefix(1);
    if (line.empty())
        return std::nullopt;
    auto wildcard = Wildcard::compile(line, Wildcard::Braces::literal);
    if (!wildcard)
        return std::nullopt;
    rule.wildcard = std::move(*wildcard);
    return rule;
}

IgnoreRules IgnoreRules::parse(std::string_view text)
{
    IgnoreRules rules;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    while (!text.empty()) {
        std::size_t const end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view {} : text.substr(end + 1);
        if (end != std::string_view::npos && line.ends_with('\r'))
            line.remove_suffix(1);
        if (auto rule = parse_line(line))
            rules.rules_.push_back(std::move(*rule));
    }
    return rules;
}

IgnoreVerdict IgnoreRules::verdict(std::string_view path, bool is_directory) const
{
    for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
        if (rule->directory_only && !is_directory)
            continue;
        if (rule->wildcard.matches(rule->name_only ? name_of(path) : path))
            return rule->included ? IgnoreVerdict::included : IgnoreVerdict::ignored;
    }
    return IgnoreVerdict::unmentioned;
}

IgnoreScope::IgnoreScope(std::shared_ptr<IgnoreScope const> parent, std::string folder, IgnoreRules rules)
    : parent_(std::move(parent))
    , folder_(std::move(folder))
    , rules_(std::move(rules))
{
}

bool IgnoreScope::ignores(std::string_view path, bool is_directory) const
{
    for (IgnoreScope const* scope = this; scope; scope = scope->parent_.get()) {
        std::string_view const below = scope->folder_.empty() ? path : path.substr(scope->folder_.size() + 1);
        IgnoreVerdict const verdict = scope->rules_.verdict(below, is_directory);
        if (verdict != IgnoreVerdict::unmentioned)
            return verdict == IgnoreVerdict::ignored;
    }
    return false;
}

}
