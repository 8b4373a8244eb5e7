#include "session/session.h"

#include "protocol/uri.h"
#include "session/commands.h"
#include "session/parent_watch.h"
#include "support/log.h"

#include <fmt/core.h>

namespace countersign::session {

Session::Session(rpc::Connection& connection, Services services)
    : connection_(connection)
    , services_(std::move(services))
    , client_(connection)
    , state_(services_)
    , others_(services_.state_directory)
    , proposals_(client_, state_, open_files_, folders_, background_, others_, (services_.state_directory / "proposals").string())
    , texts_(client_, [this](std::string const& id) { return proposals_.open().find(id).get(); })
    , pending_view_(client_, [this] { return pending_view(menu_sources(), settings_.provider, cost_.text()); })
    , questions_(client_, std::chrono::minutes(5))
    , runs_(client_, services_, state_, open_files_, questions_)
{
    SettingsLayer const* layers[] = { &services_.file, &services_.environment, &services_.flags };
    settings_ = merge(layers);
    runs_.on_finished([this](std::string const& run, Result<RunResult> result) { run_finished(run, std::move(result)); });
    proposals_.on_changed([this] {
        pending_view_.changed();
        texts_.changed();
    });
    bind_lifecycle();
    bind_documents();
    bind_features();
}

Session::~Session() = default;

void Session::bind_lifecycle()
{
    connection_.set_gate([this](std::string_view method, rpc::MessageKind kind) -> std::optional<protocol::ResponseError> {
        if (method == "exit")
            return std::nullopt;
        if (phase_ == Phase::waiting && method != "initialize")
            return protocol::ResponseError { protocol::ResponseCode::server_not_initialized, "the first request must be initialize" };
        if (phase_ == Phase::shut_down)
            return protocol::ResponseError { protocol::ResponseCode::invalid_request,
                "the server was told to shut down; only exit may follow" };
        if (phase_ == Phase::running && method == "initialize" && kind == rpc::MessageKind::request)
            return protocol::ResponseError { protocol::ResponseCode::invalid_request, "initialize was answered already; it is sent once" };
        return std::nullopt;
    });
    connection_.on_end_of_input([this] { connection_.stop(exit_code()); });
    connection_.on_terminate([this](int) { connection_.stop(exit_code()); });
    connection_.on_request<protocol::InitializeRequest>([this](auto const& params, auto reply) { reply(initialize(params)); });
    connection_.on_notification<protocol::InitializedNotification>([this](auto const&) { initialized(); });
    connection_.on_request<protocol::ShutdownRequest>([this](auto const&, auto reply) {
        phase_ = Phase::shut_down;
        shut_down_ = true;
        runs_.stop({});
        reply({});
    });
    connection_.on_notification<protocol::ExitNotification>([this](auto const&) { connection_.stop(exit_code()); });
    connection_.on_notification<protocol::SetTraceNotification>([](auto const&) {});
    connection_.on_notification<protocol::WorkDoneProgressCancelNotification>(
        [this](auto const& params) { runs_.stop_by_token(params.token); });
    connection_.on_notification<protocol::DidChangeConfigurationNotification>([this](auto const& params) {
        if (params.settings.is_object() && !params.settings.empty())
            use_editor_settings(params.settings);
        else
            ask_for_settings();
    });
    connection_.on_notification<protocol::DidChangeWorkspaceFoldersNotification>([this](auto const& params) {
        for (protocol::WorkspaceFolder const& removed : params.event.removed) {
            if (auto const path = protocol::path_from_uri(removed.uri))
                folders_.remove(*path);
        }
        for (protocol::WorkspaceFolder const& added : params.event.added) {
            if (auto const path = protocol::path_from_uri(added.uri)) {
                folders_.add(*path);
                proposals_.restore(folders_.all().back());
            }
        }
    });
}

void Session::bind_documents()
{
    auto const with_path = [](std::string const& uri, auto&& use) {
        if (auto const path = protocol::path_from_uri(uri))
            use(*path);
        else
            log::info("{}: {}", uri, path.error().message);
    };
    connection_.on_notification<protocol::DidOpenTextDocumentNotification>([this, with_path](auto const& params) {
        with_path(params.textDocument.uri, [&](std::string const& path) {
            change_document(path, [&] { open_files_.open(path, params.textDocument); });
            proposals_.document_opened(path);
        });
    });
    connection_.on_notification<protocol::DidChangeTextDocumentNotification>([this, with_path](auto const& params) {
        with_path(params.textDocument.uri, [&](std::string const& path) {
            change_document(path, [&] {
                if (auto const changed = open_files_.change(path, params, client_.encoding()); !changed)
                    log::warn("{}", changed.error().message);
            });
            proposals_.document_changed(path);
        });
    });
    connection_.on_notification<protocol::DidCloseTextDocumentNotification>([this, with_path](auto const& params) {
        with_path(params.textDocument.uri, [&](std::string const& path) {
            open_files_.close(path);
            proposals_.document_changed(path);
        });
    });
    connection_.on_notification<protocol::DidSaveTextDocumentNotification>([](auto const&) {});
}

void Session::change_document(std::string const& path, std::function<void()> const& change)
{
    auto const problem = [&]() -> Result<> {
        OpenFile const* const file = open_files_.find(path);
        return file == nullptr ? Result<>() : workspace::check_in_step(*file->document);
    };
    bool const was_in_step = problem().has_value();
    change();
    if (auto const now = problem(); !now && was_in_step)
        client_.warn(fmt::format("Countersign: {}. Nothing is proposed for it or applied to it before that.", now.error().message));
}

void Session::bind_features()
{
    connection_.on_request<protocol::CodeActionRequest>(
        [this](auto const& params, auto reply) { reply(code_actions(menu_sources(), params)); });
    connection_.on_request<protocol::CodeLensRequest>(
        [this](auto const& params, auto reply) { reply(code_lenses(menu_sources(), params.textDocument.uri)); });
    connection_.on_request<protocol::TextDocumentContentRequest>([this](auto const& params, auto reply) {
        auto text = texts_.serve(params.uri);
        if (text)
            reply({ .text = std::move(*text) });
        else
            reply.fail(text.error());
    });
    connection_.on_request<protocol::ExecuteCommandRequest>([this](auto const& params, auto reply) {
        client_.answering_command();
        auto const result = execute(params);
        if (result)
            reply(*result);
        else
            reply.fail(result.error());
    });
}

namespace {

std::vector<std::string> roots_of(protocol::InitializeParams const& params)
{
    std::vector<std::string> uris;
    if (params.workspaceFolders) {
        for (protocol::WorkspaceFolder const& folder : *params.workspaceFolders)
            uris.push_back(folder.uri);
    }
    if (uris.empty() && params.rootUri)
        uris.push_back(*params.rootUri);
    std::vector<std::string> roots;
    for (std::string const& uri : uris) {
        if (auto const path = protocol::path_from_uri(uri))
            roots.push_back(*path);
        else
            log::warn("the workspace folder {} cannot be used: {}", uri, path.error().message);
    }
    if (roots.empty() && params.rootPath && params.rootPath->starts_with('/'))
        roots.push_back(*params.rootPath);
    return roots;
}

}

protocol::InitializeResult Session::initialize(protocol::InitializeParams const& params)
{
    phase_ = Phase::running;
    client_.introduce(params.capabilities, params.clientInfo ? params.clientInfo->name : "",
        params.clientInfo ? params.clientInfo->version.value_or("") : "");
    for (std::string const& root : roots_of(params))
        folders_.add(root);
    if (params.initializationOptions)
        use_editor_settings(*params.initializationOptions);
    if (params.processId && *params.processId > 0)
        watch_parent(*params.processId);

    protocol::ServerCapabilities can;
    can.positionEncoding = protocol::to_kind(client_.encoding());
    can.textDocumentSync = protocol::TextDocumentSyncOptions {
        .openClose = true, .change = protocol::TextDocumentSyncKind::incremental, .save = protocol::SaveOptions { .includeText = false }
    };
    can.codeActionProvider = protocol::CodeActionOptions { .codeActionKinds = code_action_kinds(), .resolveProvider = false };
    if (client_.profile().code_lenses)
        can.codeLensProvider = protocol::CodeLensOptions { .resolveProvider = false };
    can.executeCommandProvider = protocol::ExecuteCommandOptions { .commands = command_names() };
    can.workspace = protocol::WorkspaceOptions { .workspaceFolders = protocol::WorkspaceFoldersServerCapabilities {
                                                     .supported = true, .changeNotifications = true } };
    if (client_.capabilities().text_document_content)
        can.workspace->textDocumentContent = protocol::TextDocumentContentOptions { .schemes = { std::string(proposal_scheme) } };
    if (client_.capabilities().countersign)
        can.experimental = Json { { "countersign", { { "proposals", true } } } };
    return { .capabilities = std::move(can), .serverInfo = protocol::ServerInfo { .name = "Countersign", .version = services_.version } };
}

void Session::initialized()
{
    if (services_.unconfined)
        client_.warn(fmt::format("Countersign: {}.", unconfined_banner));
    ask_for_settings();
    background_.add([this] {
        auto const answer = [this](Json const& letter, std::stop_token const& stop) { return proposals_.answer_letter(letter, stop); };
        if (auto const listening = others_.listen(answer); !listening)
            log::warn("other windows are not heard: {}", listening.error().message);
    });
    for (std::shared_ptr<Folder> const& folder : folders_.all())
        proposals_.restore(folder);
    pending_view_.changed();
}

void Session::ask_for_settings()
{
    if (!client_.capabilities().configuration)
        return;
    client_.request<protocol::ConfigurationRequest>({ .items = { { .section = "countersign" } } }, [this](auto const& answer) {
        if (answer && !answer->empty() && answer->front().is_object())
            use_editor_settings({ { "countersign", answer->front() } });
    });
}

void Session::use_editor_settings(Json const& value)
{
    auto layer = settings_from_editor(value, "editor settings");
    if (!layer) {
        settings_problem_ = layer.error().message;
        return client_.warn(fmt::format("Countersign: {}", settings_problem_));
    }
    settings_problem_.clear();
    for (auto& [name, setting] : layer->values)
        editor_settings_.values[name] = std::move(setting);
    SettingsLayer const* layers[] = { &services_.file, &editor_settings_, &services_.environment, &services_.flags };
    settings_ = merge(layers);
    SettingsLayer const* own_layers[] = { &services_.file, &services_.environment, &services_.flags };
    settings_problem_ = keep_human_scope(settings_, merge(own_layers));
    if (!settings_problem_.empty())
        client_.warn(fmt::format("Countersign: {}", settings_problem_));
    pending_view_.changed();
}

void Session::watch_parent(std::int64_t process_id) { parent_ = std::make_unique<ParentWatch>(connection_, process_id); }

MenuSources Session::menu_sources()
{
    return { client_, open_files_, folders_, proposals_, runs_, questions_, settings_.provider != "builtin" };
}

}
