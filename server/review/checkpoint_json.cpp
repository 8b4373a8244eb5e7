#include "review/checkpoints.h"
#include "review/fields.h"

namespace countersign::review {

using workspace::ChangeKind;

namespace {

constexpr int format_number = 1;

constexpr std::array<Name<Checkpoint::State>, 2> state_names { {
    { Checkpoint::State::begun, "begun" },
    { Checkpoint::State::done, "done" },
} };

Result<CheckpointFile> file_from_json(Json const& value, std::string const& path)
{
    auto fields = TRY(Fields::of(value, path));
    CheckpointFile file;
    file.kind = TRY(fields.one_of("kind", kind_names));
    file.path = TRY(fields.text("path"));
    file.from = TRY(fields.text("from"));
    file.before = TRY(fields.text("before"));
    file.after = TRY(fields.text("after"));
    Json const* format = TRY(fields.field("format"));
    file.format = TRY(format_from_json(*format, path + ".format"));
    TRY(fields.all_known());
    if (!is_relative_inside(file.path) || (file.kind == ChangeKind::move) == file.from.empty()
        || (!file.from.empty() && !is_relative_inside(file.from)))
        return fail(ErrorCode::invalid_params, path + ".path: expected relative paths inside the workspace");
    if ((file.kind == ChangeKind::create) != file.before.empty() || (file.kind == ChangeKind::remove) != file.after.empty())
        return fail(ErrorCode::invalid_params, path + ".before: does not go with the kind of change");
    return file;
}

}

std::vector<PlannedFile> planned(std::vector<workspace::FileChange> const& changes)
{
    std::vector<PlannedFile> plan;
    plan.reserve(changes.size());
    for (workspace::FileChange const& change : changes)
        plan.push_back({ change.kind, change.path, change.from, change.base_text, change.new_text, {}, {}, change.format });
    return plan;
}

Json to_json(Checkpoint const& checkpoint)
{
    Json files = Json::array();
    for (CheckpointFile const& file : checkpoint.files) {
        files.push_back({ { "kind", name_of(kind_names, file.kind) }, { "path", file.path }, { "from", file.from },
            { "before", file.before }, { "after", file.after }, { "format", format_to_json(file.format) } });
    }
    return { { "format", format_number }, { "id", checkpoint.id }, { "proposal", checkpoint.proposal }, { "run", checkpoint.run },
        { "title", checkpoint.title }, { "workspace", checkpoint.workspace }, { "time", checkpoint.time },
        { "approval", checkpoint.approval }, { "state", name_of(state_names, checkpoint.state) }, { "files", std::move(files) } };
}

Result<Checkpoint> checkpoint_from_json(Json const& value)
{
    auto fields = TRY(Fields::of(value, ""));
    if (TRY(fields.count("format")) != format_number)
        return fail(ErrorCode::invalid_params,
            fmt::format("format: written by another version of this program; this one reads format {}", format_number));
    Checkpoint checkpoint;
    checkpoint.id = TRY(fields.text("id"));
    checkpoint.proposal = TRY(fields.text("proposal"));
    checkpoint.run = TRY(fields.text("run"));
    checkpoint.title = TRY(fields.text("title"));
    checkpoint.workspace = TRY(fields.text("workspace"));
    checkpoint.time = TRY(fields.text("time"));
    checkpoint.approval = static_cast<std::int64_t>(TRY(fields.count("approval")));
    checkpoint.state = TRY(fields.one_of("state", state_names));
    Json const* files = TRY(fields.array("files"));
    for (std::size_t i = 0; i < files->size(); ++i)
        checkpoint.files.push_back(TRY(file_from_json((*files)[i], fmt::format("files[{}]", i))));
    TRY(fields.all_known());
    return checkpoint;
}

}
