// A case's files as a run sees them, and what a run proposes as text. For the verbs that drive tools and runs.
#pragma once

#include "tests/support/case_file.h"

#include "support/text.h"
#include "tools/tool.h"
#include "workspace/memory_files.h"
#include "workspace/unified_diff.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace countersign::tests {

inline std::shared_ptr<workspace::Snapshot const> snapshot_of(Case const& test_case)
{
    std::map<std::string, std::string> files;
    for (WorkspaceFile const& file : test_case.files)
        files[file.path] = file.text;
    return std::make_shared<workspace::Snapshot const>(
        std::make_shared<workspace::MemoryFiles>(std::move(files)), std::vector<std::shared_ptr<workspace::Document const>> {});
}

/// One error over the case's mark; none for an empty message.
inline std::vector<tools::Diagnostic> diagnostics_of(Case const& test_case, std::string const& message)
{
    if (message.empty() || !test_case.mark)
        return {};
    WorkspaceFile const& file = test_case.files[test_case.mark->file];
    support::LineIndex const lines(file.text);
    auto const [begin, end] = test_case.mark->range;
    std::size_t const line = lines.line_at(begin), end_line = lines.line_at(end);
    return { { file.path, line + 1, begin - lines.start(line) + 1, end_line + 1, end - lines.start(end_line) + 1, "error", "case", "",
        message } };
}

inline std::string with_line_feed(std::string text)
{
    if (!text.empty() && text.back() != '\n')
        text += '\n';
    return text;
}

inline std::string diff_of(std::vector<workspace::FileChange> const& changes)
{
    std::string text;
    for (workspace::FileChange const& change : changes)
        text += visible(workspace::render(workspace::make_file_diff(change)));
    return text;
}

}
