// What real editors send, recorded; each must be understood as it was meant.
#include "protocol/lsp.h"

#include "protocol/positions.h"
#include "support/files.h"

#include "tests/support/checkout.h"
#include <gtest/gtest.h>

namespace countersign::protocol {
namespace {

Json recorded(std::string const& client)
{
    auto const text = support::read_file(tests::checkout() / "tests/unit/protocol/initialize" / (client + ".json"));
    EXPECT_TRUE(text);
    auto json = support::parse_json(text.value_or("{}"));
    EXPECT_TRUE(json);
    return json.value_or(Json());
}

InitializeParams initialize(std::string const& client)
{
    auto params = decode<InitializeParams>(recorded(client), "params");
    EXPECT_TRUE(params) << client << ": " << (params ? "" : params.error().message);
    return params.value_or(InitializeParams {});
}

struct Expected {
    char const* file;
    char const* name; ///< of clientInfo; empty if it sends none
    char const* version;
    PositionEncoding encoding;
    bool apply_edit;
    bool document_changes;
    bool create_file;
    bool change_annotations;
    bool configuration;
    bool disabled;
    bool is_preferred;
    bool progress;
    bool show_document;
    bool show_message_request;
    bool code_lens_refresh;
    bool text_document_content;
    std::size_t kinds;
    std::size_t resolve;
};

class Clients : public testing::TestWithParam<Expected> { };

TEST_P(Clients, are_understood)
{
    Expected const& expected = GetParam();
    InitializeParams const params = initialize(expected.file);
    ClientCapabilities const& has = params.capabilities;
    EXPECT_EQ(params.processId, 4711);
    EXPECT_EQ(params.rootUri, "file:///home/ada/project");
    EXPECT_EQ(params.clientInfo ? params.clientInfo->name : "", expected.name);
    EXPECT_EQ(params.clientInfo ? params.clientInfo->version.value_or("") : "", expected.version);
    ASSERT_TRUE(params.workspaceFolders);
    for (WorkspaceFolder const& folder : *params.workspaceFolders)
        EXPECT_EQ(folder.uri, "file:///home/ada/project");
    EXPECT_EQ(negotiate_encoding(has.position_encodings), expected.encoding);
    EXPECT_EQ(has.apply_edit, expected.apply_edit);
    EXPECT_EQ(has.document_changes, expected.document_changes);
    EXPECT_EQ(has.create_file, expected.create_file);
    EXPECT_EQ(has.rename_file, expected.create_file);
    EXPECT_EQ(has.delete_file, expected.create_file);
    EXPECT_EQ(has.change_annotations, expected.change_annotations);
    EXPECT_EQ(has.configuration, expected.configuration);
    EXPECT_TRUE(has.workspace_folders);
    EXPECT_TRUE(has.code_action);
    EXPECT_TRUE(has.code_action_literals);
    EXPECT_TRUE(has.publish_diagnostics);
    EXPECT_EQ(has.code_action_disabled, expected.disabled);
    EXPECT_EQ(has.code_action_is_preferred, expected.is_preferred);
    EXPECT_EQ(has.work_done_progress, expected.progress);
    EXPECT_EQ(has.show_document, expected.show_document);
    EXPECT_EQ(has.show_message_request, expected.show_message_request);
    EXPECT_EQ(has.code_lens_refresh, expected.code_lens_refresh);
    EXPECT_EQ(has.text_document_content, expected.text_document_content);
    EXPECT_EQ(has.code_action_kinds.size(), expected.kinds);
    EXPECT_EQ(has.code_action_resolve.size(), expected.resolve);
    EXPECT_FALSE(has.countersign);

    auto const again = decode<InitializeParams>(encode(params), "params");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, params);
}

using enum PositionEncoding;

//                                                                      apply docCh create annot confg disab prefd progr showD msgRq lensR
//                                                                      tdCnt
INSTANTIATE_TEST_SUITE_P(Recorded, Clients,
    testing::Values(
        // clang-format off
        Expected { "eglot-1.9",    "",                   "",        utf16, true,  true,  false, false, true,  false, true,  false, false, false, false, false, 7,  0 },
        Expected { "eglot-1.17",   "Eglot",              "1.17.30", utf8,  true,  true,  false, false, true,  false, true,  true,  true,  false, false, false, 7,  2 },
        Expected { "helix-25.01",  "helix",              "25.01.1", utf8,  true,  true,  true,  false, true,  true,  true,  true,  false, false, false, false, 8,  2 },
        Expected { "helix-25.07",  "helix",              "25.07.1", utf8,  true,  true,  true,  false, true,  true,  true,  true,  true,  true,  false, false, 9,  2 },
        Expected { "kate-22.12",   "",                   "",        utf16, false, false, false, false, false, false, false, true,  false, false, false, false, 3,  0 },
        Expected { "neovim-0.7",   "Neovim",             "0.7.2",   utf16, true,  false, true,  false, false, false, false, true,  false, true,  false, false, 16, 1 },
        Expected { "neovim-0.10",  "Neovim",             "0.10.4",  utf16, true,  false, true,  false, true,  false, true,  true,  true,  true,  false, false, 8,  1 },
        Expected { "neovim-0.12",  "Neovim",             "0.12.4",  utf8,  true,  false, true,  true,  true,  true,  true,  true,  true,  true,  true,  false, 8,  2 },
        Expected { "vscode-1.139", "Visual Studio Code", "1.139.1", utf16, true,  true,  true,  true,  true,  true,  true,  true,  true,  true,  true,  true,  10, 2 } // clang-format on
        ),
    [](auto const& test) {
        std::string name = test.param.file;
        for (char& c : name)
            c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
        return name;
    });

TEST(Initialize, reads_what_only_some_editors_say)
{
    InitializeParams const vscode = initialize("vscode-1.139");
    EXPECT_EQ(vscode.locale, "en");
    EXPECT_EQ(vscode.trace, TraceValue::off);
    EXPECT_EQ(vscode.initializationOptions, Json({ { "level", 1 } }));
    EXPECT_EQ(vscode.capabilities.failure_handling, "textOnlyTransactional");
    EXPECT_TRUE(vscode.capabilities.code_action_tag_llm_generated);
    EXPECT_TRUE(vscode.capabilities.did_change_configuration_dynamic);
    EXPECT_TRUE(vscode.capabilities.workspace_edit_metadata);
    EXPECT_EQ(initialize("neovim-0.10").workDoneToken, ProgressToken("1"));
    EXPECT_EQ(initialize("helix-25.01").capabilities.failure_handling, "abort");
    EXPECT_TRUE(initialize("kate-22.12").workspaceFolders->empty());
}

TEST(Initialize, understands_null_and_missing_everywhere)
{
    auto const nulls = decode<InitializeParams>(
        Json { { "processId", nullptr }, { "rootUri", nullptr }, { "rootPath", nullptr }, { "workspaceFolders", nullptr },
            { "clientInfo", nullptr }, { "initializationOptions", nullptr }, { "trace", nullptr }, { "capabilities", nullptr } },
        "params");
    ASSERT_TRUE(nulls);
    EXPECT_EQ(*nulls, InitializeParams {});
    auto const nothing = decode<InitializeParams>(Json::object(), "params");
    ASSERT_TRUE(nothing);
    EXPECT_EQ(*nothing, InitializeParams {});
    auto const odd = decode<InitializeParams>(
        Json { { "processId", "12" }, { "trace", "message" }, { "clientInfo", "vim" }, { "capabilities", 7 } }, "params");
    ASSERT_TRUE(odd);
    EXPECT_EQ(*odd, InitializeParams {});
    EXPECT_FALSE(decode<InitializeParams>(Json::array({ 1 }), "params"));
}

TEST(Initialize, says_where_a_workspace_folder_is_wrong)
{
    auto const params = decode<InitializeParams>(
        Json { { "workspaceFolders", Json::array({ Json { { "uri", "file:///a" } }, Json { { "uri", 7 } } }) } }, "params");
    ASSERT_FALSE(params);
    EXPECT_EQ(params.error().message, "params.workspaceFolders[1].uri: expected string");
}

TEST(ClientCapabilities, take_nonsense_for_no)
{
    Problem problem;
    for (char const* text : { "null", "7", "[]", "\"all\"", "{}", R"({"workspace":[],"textDocument":7,"window":null,"general":"x"})",
             R"({"workspace":{"applyEdit":"yes","workspaceEdit":{"documentChanges":1,"resourceOperations":"create"}}})",
             R"({"general":{"positionEncodings":{"a":1}},"experimental":[{"countersign":true}]})" }) {
        ClientCapabilities capabilities;
        capabilities.apply_edit = true;
        auto const json = support::parse_json(text);
        ASSERT_TRUE(json);
        EXPECT_TRUE(decode(*json, capabilities, At("capabilities"), problem));
        EXPECT_EQ(capabilities, ClientCapabilities {}) << text;
    }
}

TEST(ClientCapabilities, keep_the_strings_of_a_list_that_also_holds_nonsense)
{
    auto const capabilities =
        decode<ClientCapabilities>(Json { { "general", { { "positionEncodings", Json::array({ 1, "utf-8", nullptr }) } } } }, "");
    ASSERT_TRUE(capabilities);
    EXPECT_EQ(capabilities->position_encodings, std::vector<std::string> { "utf-8" });
}

TEST(ClientCapabilities, know_our_own_plugins)
{
    auto const flag = decode<ClientCapabilities>(Json { { "experimental", { { "countersign", true } } } }, "");
    EXPECT_TRUE(flag && flag->countersign && flag->countersign_options.is_null());
    auto const options = decode<ClientCapabilities>(Json { { "experimental", { { "countersign", { { "review", true } } } } } }, "");
    EXPECT_TRUE(options && options->countersign);
    EXPECT_EQ(options->countersign_options, Json({ { "review", true } }));
    auto const no = decode<ClientCapabilities>(Json { { "experimental", { { "countersign", false } } } }, "");
    EXPECT_TRUE(no && !no->countersign);
}

}
}
