// The generated types: the rules of codec.h, on messages that have each trap.
#include "protocol/lsp.h"

#include <gtest/gtest.h>

namespace countersign::protocol {
namespace {

Json parse(std::string_view text)
{
    auto value = support::parse_json(text);
    EXPECT_TRUE(value) << text;
    return value.value_or(Json());
}

template<typename T>
T good(std::string_view text)
{
    auto value = decode<T>(parse(text), "params");
    EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().message);
    return value.value_or(T {});
}

template<typename T>
std::string error_of(std::string_view text)
{
    auto const value = decode<T>(parse(text), "params");
    if (value)
        return "no error";
    EXPECT_EQ(value.error().code, ErrorCode::invalid_params);
    return value.error().message;
}

template<typename T>
std::string text_of(T const& value)
{
    return support::dump_json(encode(value));
}

TEST(Decode, names_the_path_of_what_is_wrong)
{
    constexpr char const* document = R"("textDocument":{"uri":"file:///a"})";
    auto const with = [&](std::string const& rest) { return "{" + std::string(document) + "," + rest + "}"; };
    EXPECT_EQ(error_of<CodeActionParams>(
                  with(R"("range":{"start":{"line":"1","character":0},"end":{"line":1,"character":0}},"context":{"diagnostics":[]})")),
        "params.range.start.line: expected uinteger");
    EXPECT_EQ(error_of<CodeActionParams>(with(R"("range":{"start":{"line":1}},"context":{"diagnostics":[]})")),
        "params.range.start: missing character");
    EXPECT_EQ(error_of<CodeActionParams>(with(R"("range":null,"context":{})")), "params.range: expected object");
    EXPECT_EQ(error_of<CodeActionParams>("{}"), "params: missing textDocument");
    EXPECT_EQ(error_of<CodeActionParams>("[1]"), "params: expected object");
    EXPECT_EQ(
        error_of<PublishDiagnosticsParams>(
            R"({"uri":"a","diagnostics":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":-1}},"message":""}]})"),
        "params.diagnostics[0].range.end.character: expected uinteger");
    EXPECT_EQ(error_of<WorkspaceEdit>(R"({"changes":{"file:///a":[{"range":7}]}})"), "params.changes.file:///a[0].range: expected object");
}

TEST(Decode, holds_numbers_to_their_range)
{
    auto const line = [](char const* number) { return std::string(R"({"character":0,"line":)") + number + "}"; };
    EXPECT_EQ(good<Position>(line("0")).line, 0U);
    EXPECT_EQ(good<Position>(line("2147483647")).line, 2147483647U);
    EXPECT_EQ(good<Position>(line("3.0")).line, 3U);
    for (char const* large : { "2147483648", "4294967295", "9007199254740991", "18446744073709551615" })
        EXPECT_EQ(good<Position>(line(large)).line, 2147483647U) << large;
    for (char const* bad : { "-1", "1.5", "1e300", "\"1\"", "null", "true", "[]" })
        EXPECT_EQ(error_of<Position>(line(bad)), "params.line: expected uinteger") << bad;
    auto const version = [](char const* number) { return std::string(R"({"uri":"a","version":)") + number + "}"; };
    EXPECT_EQ(good<OptionalVersionedTextDocumentIdentifier>(version("-2147483648")).version, -2147483648);
    EXPECT_EQ(good<OptionalVersionedTextDocumentIdentifier>(version("2147483647")).version, 2147483647);
    EXPECT_EQ(error_of<OptionalVersionedTextDocumentIdentifier>(version("2147483648")), "params.version: expected integer");
    EXPECT_EQ(error_of<OptionalVersionedTextDocumentIdentifier>(version("-2147483649")), "params.version: expected integer");
}

TEST(Decode, distinguishes_optional_from_nullable)
{
    EXPECT_EQ(good<OptionalVersionedTextDocumentIdentifier>(R"({"uri":"a","version":null})").version, std::nullopt);
    EXPECT_EQ(error_of<OptionalVersionedTextDocumentIdentifier>(R"({"uri":"a"})"), "params: missing version");
    EXPECT_EQ(text_of(OptionalVersionedTextDocumentIdentifier { "a", std::nullopt }), R"({"uri":"a","version":null})");
    EXPECT_EQ(text_of(PublishDiagnosticsParams { "a", std::nullopt, {} }), R"({"diagnostics":[],"uri":"a"})");
}

TEST(Decode, reads_what_editors_leave_out_or_set_to_null)
{
    auto const opened = good<DidOpenTextDocumentParams>(R"({"textDocument":{"uri":"file:///a","languageId":null,"text":"x"}})");
    EXPECT_EQ(opened.textDocument, (TextDocumentItem { "file:///a", "", 0, "x" }));
    EXPECT_EQ(good<DidOpenTextDocumentParams>(R"({"textDocument":{"uri":"u","version":null,"text":""}})").textDocument.version, 0);
    EXPECT_EQ(error_of<DidOpenTextDocumentParams>(R"({"textDocument":{"uri":"u"}})"), "params.textDocument: missing text");
    EXPECT_EQ(
        error_of<DidOpenTextDocumentParams>(R"({"textDocument":{"uri":null,"text":""}})"), "params.textDocument.uri: expected string");

    EXPECT_EQ(good<ExecuteCommandParams>(R"({"command":"c","arguments":null})").arguments, std::nullopt);
    EXPECT_EQ(good<ExecuteCommandParams>(R"({"command":"c","arguments":[null,{"a":null}]})").arguments,
        (std::vector<Json> { nullptr, { { "a", nullptr } } }));
    EXPECT_EQ(error_of<ExecuteCommandParams>(R"({"arguments":[]})"), "params: missing command");

    EXPECT_EQ(good<DidChangeConfigurationParams>("{}").settings, Json());
    EXPECT_EQ(good<DidSaveTextDocumentParams>(R"({"textDocument":{"uri":"u"},"text":null})").text, std::nullopt);
    EXPECT_EQ(good<InitializedParams>(R"({"future":1})"), InitializedParams {});
    EXPECT_EQ(good<DidChangeWorkspaceFoldersParams>(R"({"event":{"added":null}})").event, WorkspaceFoldersChangeEvent {});
}

TEST(Decode, does_not_let_another_servers_diagnostic_spoil_a_code_action)
{
    auto const params =
        good<CodeActionParams>(R"({"textDocument":{"uri":"u"},"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},
        "context":{"triggerKind":9,"only":["refactor"],"diagnostics":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},
        "message":"m","severity":7,"tags":[99],"code":1.5,"source":null,"relatedInformation":"x","data":{"own":[1]}}]}})");
    ASSERT_EQ(params.context.diagnostics.size(), 1U);
    Diagnostic const& diagnostic = params.context.diagnostics[0];
    EXPECT_EQ(diagnostic.severity, std::nullopt);
    EXPECT_EQ(diagnostic.tags, std::nullopt);
    EXPECT_EQ(diagnostic.code, std::nullopt);
    EXPECT_EQ(diagnostic.data, Json({ { "own", { 1 } } }));
    EXPECT_EQ(params.context.triggerKind, std::nullopt);
    EXPECT_EQ(params.context.only, std::vector<std::string> { "refactor" });
}

TEST(Union, takes_the_most_specific_alternative)
{
    using Edit = std::variant<AnnotatedTextEdit, TextEdit>;
    static_assert(std::is_same_v<decltype(TextDocumentEdit::edits), std::vector<Edit>>);
    constexpr char const* range = R"("range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}})";
    EXPECT_TRUE(std::holds_alternative<TextEdit>(good<Edit>("{" + std::string(range) + R"(,"newText":"x"})")));
    EXPECT_TRUE(std::holds_alternative<AnnotatedTextEdit>(good<Edit>("{" + std::string(range) + R"(,"newText":"x","annotationId":"1"})")));

    using Action = std::variant<Command, CodeAction>;
    EXPECT_TRUE(std::holds_alternative<Command>(good<Action>(R"({"title":"t","command":"c"})")));
    EXPECT_TRUE(std::holds_alternative<CodeAction>(good<Action>(R"({"title":"t","command":{"title":"t","command":"c"}})")));
    EXPECT_TRUE(std::holds_alternative<CodeAction>(good<Action>(R"({"title":"t"})")));

    EXPECT_EQ(good<ProgressToken>("\"7\""), ProgressToken("7"));
    EXPECT_EQ(good<ProgressToken>("7"), ProgressToken(7));
    EXPECT_EQ(error_of<ProgressToken>("true"), "params: expected one of the alternatives of this union");
}

TEST(Union, never_takes_a_broken_range_for_a_change_of_the_whole_text)
{
    EXPECT_EQ(good<TextDocumentContentChangeEvent>(R"({"text":"x"})"),
        TextDocumentContentChangeEvent(TextDocumentContentChangeWholeDocument { "x" }));
    EXPECT_EQ(good<TextDocumentContentChangeEvent>(R"({"text":"x","range":null,"rangeLength":null})"),
        TextDocumentContentChangeEvent(TextDocumentContentChangeWholeDocument { "x" }));
    EXPECT_EQ(error_of<TextDocumentContentChangeEvent>(R"({"text":"x","range":7})"), "params.range: expected object");
    EXPECT_EQ(error_of<TextDocumentContentChangeEvent>(
                  R"({"text":"x","range":{"start":{"line":-1,"character":0},"end":{"line":0,"character":0}}})"),
        "params.range.start.line: expected uinteger");
    EXPECT_EQ(
        good<TextDocumentContentChangeEvent>(R"({"text":"","range":{"start":{"line":1,"character":2},"end":{"line":3,"character":4}}})"),
        TextDocumentContentChangeEvent(TextDocumentContentChangePartial { { { 1, 2 }, { 3, 4 } }, std::nullopt, "" }));
}

TEST(Literal, tells_creating_from_deleting)
{
    using Change = decltype(WorkspaceEdit::documentChanges)::value_type::value_type;
    EXPECT_TRUE(std::holds_alternative<CreateFile>(good<Change>(R"({"kind":"create","uri":"a"})")));
    EXPECT_TRUE(std::holds_alternative<DeleteFile>(good<Change>(R"({"kind":"delete","uri":"a"})")));
    EXPECT_TRUE(std::holds_alternative<RenameFile>(good<Change>(R"({"kind":"rename","oldUri":"a","newUri":"b"})")));
    EXPECT_TRUE(std::holds_alternative<TextDocumentEdit>(good<Change>(R"({"textDocument":{"uri":"a","version":null},"edits":[]})")));
    EXPECT_NE(error_of<Change>(R"({"kind":"destroy","uri":"a"})"), "no error");
    EXPECT_EQ(error_of<CreateFile>(R"({"kind":"delete","uri":"a"})"), "params.kind: expected \"create\"");
    EXPECT_EQ(error_of<CreateFile>(R"({"uri":"a"})"), "params.kind: expected \"create\"");
    EXPECT_EQ(text_of(DeleteFile { .uri = "a" }), R"({"kind":"delete","uri":"a"})");
}

TEST(Enumeration, closed_ones_refuse_what_they_do_not_know_and_open_ones_do_not)
{
    EXPECT_EQ(good<MessageType>("3"), MessageType::info);
    EXPECT_EQ(error_of<MessageType>("6"), "params: expected MessageType");
    EXPECT_EQ(error_of<MessageType>("\"3\""), "params: expected MessageType");
    EXPECT_EQ(good<TraceValue>("\"verbose\""), TraceValue::verbose);
    EXPECT_EQ(error_of<TraceValue>("\"loud\""), "params: expected TraceValue");
    EXPECT_EQ(text_of(TraceValue::messages), "\"messages\"");
    EXPECT_EQ(text_of(DiagnosticSeverity::hint), "4");
    EXPECT_EQ(
        good<CodeAction>(R"({"title":"t","kind":"refactor.rewrite.countersign.explain"})").kind, "refactor.rewrite.countersign.explain");
}

TEST(Encode, writes_a_whole_workspace_edit)
{
    WorkspaceEdit edit;
    TextDocumentEdit text { { "file:///a", 3 }, {} };
    text.edits.emplace_back(TextEdit { { { 0, 1 }, { 0, 2 } }, "x" });
    text.edits.emplace_back(AnnotatedTextEdit { .range = { { 1, 0 }, { 1, 0 } }, .newText = "y", .annotationId = "1" });
    edit.documentChanges.emplace();
    edit.documentChanges->emplace_back(text);
    edit.documentChanges->emplace_back(
        CreateFile { .uri = "file:///b", .options = CreateFileOptions { .overwrite = false, .ignoreIfExists = false } });
    edit.documentChanges->emplace_back(RenameFile { .oldUri = "file:///c", .newUri = "file:///d" });
    edit.changeAnnotations = { { "1", ChangeAnnotation { .label = "Refactor", .needsConfirmation = true } } };
    ApplyWorkspaceEditParams const params { "label", edit };
    EXPECT_EQ(text_of(params),
        R"({"edit":{"changeAnnotations":{"1":{"label":"Refactor","needsConfirmation":true}},"documentChanges":[)"
        R"({"edits":[{"newText":"x","range":{"end":{"character":2,"line":0},"start":{"character":1,"line":0}}},)"
        R"({"annotationId":"1","newText":"y","range":{"end":{"character":0,"line":1},"start":{"character":0,"line":1}}}],)"
        R"("textDocument":{"uri":"file:///a","version":3}},)"
        R"({"kind":"create","options":{"ignoreIfExists":false,"overwrite":false},"uri":"file:///b"},)"
        R"({"kind":"rename","newUri":"file:///d","oldUri":"file:///c"}]},"label":"label"})");
    auto const again = decode<ApplyWorkspaceEditParams>(encode(params), "params");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, params);
}

TEST(Encode, writes_server_capabilities)
{
    ServerCapabilities capabilities;
    capabilities.positionEncoding = position_encoding_kind::utf8;
    capabilities.textDocumentSync = TextDocumentSyncOptions { true, TextDocumentSyncKind::incremental, SaveOptions { false } };
    capabilities.codeActionProvider = CodeActionOptions { .codeActionKinds = { { "quickfix.countersign" } } };
    capabilities.executeCommandProvider = ExecuteCommandOptions { .commands = { "countersign.explain" } };
    capabilities.workspace =
        WorkspaceOptions { WorkspaceFoldersServerCapabilities { true, true }, TextDocumentContentOptions { { "countersign" } } };
    EXPECT_EQ(text_of(InitializeResult { capabilities, ServerInfo { "countersign", "0.1.0" } }),
        R"({"capabilities":{"codeActionProvider":{"codeActionKinds":["quickfix.countersign"]},"executeCommandProvider":{"commands":["countersign.explain"]},)"
        R"("positionEncoding":"utf-8","textDocumentSync":{"change":2,"openClose":true,"save":{"includeText":false}},)"
        R"("workspace":{"textDocumentContent":{"schemes":["countersign"]},"workspaceFolders":{"changeNotifications":true,"supported":true}}},)"
        R"("serverInfo":{"name":"countersign","version":"0.1.0"}})");
}

TEST(Messages, know_their_method_params_and_result)
{
    EXPECT_EQ(CodeActionRequest::method, "textDocument/codeAction");
    static_assert(std::is_same_v<CodeActionRequest::Params, CodeActionParams>);
    static_assert(std::is_same_v<CodeActionRequest::Result, std::optional<std::vector<std::variant<Command, CodeAction>>>>);
    static_assert(std::is_same_v<ShutdownRequest::Params, std::monostate>);
    static_assert(std::is_same_v<ShutdownRequest::Result, std::monostate>);
    static_assert(std::is_same_v<ExecuteCommandRequest::Result, Json>);
    static_assert(std::is_same_v<ShowMessageRequest::Result, std::optional<MessageActionItem>>);
    EXPECT_EQ(text_of(CodeActionRequest::Result()), "null");
    EXPECT_EQ(text_of(std::monostate()), "null");
}

TEST(Results, of_real_editors_are_understood)
{
    EXPECT_EQ(good<ApplyWorkspaceEditResult>(R"({"applied":true})"), ApplyWorkspaceEditResult { .applied = true });
    EXPECT_EQ(good<ApplyWorkspaceEditResult>(R"({"applied":false,"failureReason":null,"failedChange":null})"),
        ApplyWorkspaceEditResult { .applied = false });
    EXPECT_EQ(good<ApplyWorkspaceEditResult>(R"({"applied":false,"failureReason":"stale","failedChange":0})"),
        (ApplyWorkspaceEditResult { .applied = false, .failureReason = "stale", .failedChange = 0 }));
    EXPECT_EQ(error_of<ApplyWorkspaceEditResult>("null"), "params: expected object");
    EXPECT_EQ(good<ShowMessageRequest::Result>("null"), std::nullopt);
    EXPECT_EQ(good<ShowMessageRequest::Result>(R"({"title":"Apply","extra":1})"), MessageActionItem { "Apply" });
    EXPECT_EQ(good<ConfigurationRequest::Result>("[null,{}]"), (std::vector<Json> { nullptr, Json::object() }));
    for (char const* anything : { "null", "{}", "[]", "true", "\"\"" })
        EXPECT_EQ(good<WorkDoneProgressCreateRequest::Result>(anything), std::monostate());
}

}
}
