#include "session/client_profile.h"

#include "protocol/lsp.h"
#include "support/files.h"
#include "support/json.h"

#include "tests/support/checkout.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace countersign::session {

namespace {

ClientProfile profile_of(std::string const& client)
{
    auto const path = tests::checkout() / "tests/unit/protocol/initialize" / (client + ".json");
    Json const json = support::parse_json(support::read_file(path).value()).value();
    auto const params = protocol::decode<protocol::InitializeParams>(json, "params").value();
    return choose_profile(params.capabilities, params.clientInfo ? params.clientInfo->name : "");
}

struct Expected {
    char const* client;
    char const* profile;
};

TEST(ClientProfile, is_what_each_real_editor_was_seen_to_need)
{
    constexpr Expected table[] = {
        { "vscode-1.139",
            "vscode: one edit for all files, new files after a tick in the editor's preview, asks questions itself, opens documents "
            "itself" },
        { "neovim-0.7",
            "neovim: one edit for each file, new files as unsaved buffers, asks questions itself, documents are named in a message" },
        { "neovim-0.10", "neovim: one edit for each file, new files as unsaved buffers, asks questions itself, opens documents itself" },
        { "neovim-0.12", "neovim: one edit for each file, new files as unsaved buffers, asks questions itself, opens documents itself" },
        { "helix-25.01",
            "helix: one edit for all files, new files as unsaved buffers, questions are code actions, opens documents itself" },
        { "helix-25.07", "helix: one edit for all files, new files as unsaved buffers, asks questions itself, opens documents itself" },
        { "eglot-1.9",
            "eglot: one edit for all files, new files as unsaved buffers, asks questions itself, documents are named in a message" },
        { "eglot-1.17", "eglot: one edit for all files, new files as unsaved buffers, asks questions itself, opens documents itself" },
        { "kate-22.12", "no edits: this editor applies no edits, questions are code actions, documents are named in a message" },
    };
    for (Expected const& expected : table)
        EXPECT_EQ(describe(profile_of(expected.client)), expected.profile) << expected.client;
}

TEST(ClientProfile, leaves_a_gap_only_for_clients_that_need_one)
{
    EXPECT_EQ(profile_of("vscode-1.139").quiet_after_reply.count(), 0);
    EXPECT_EQ(profile_of("neovim-0.7").quiet_after_reply.count(), 0);
    EXPECT_EQ(profile_of("eglot-1.9").quiet_after_reply.count(), 150);
    EXPECT_EQ(profile_of("eglot-1.17").quiet_after_reply.count(), 150);
}

TEST(ClientProfile, treats_a_stranger_as_the_most_careless_client)
{
    protocol::ClientCapabilities can;
    can.apply_edit = true;
    ClientProfile const profile = choose_profile(can, "an editor of next year");
    EXPECT_EQ(profile.name, "unknown");
    EXPECT_EQ(profile.shape, EditShape::one_edit_per_file);
    EXPECT_FALSE(profile.file_operations);
    EXPECT_FALSE(profile.document_changes);
}

TEST(ClientProfile, trusts_no_name_for_what_the_capabilities_deny)
{
    EXPECT_EQ(choose_profile({}, "Neovim").shape, EditShape::none);
    EXPECT_EQ(choose_profile({}, "Visual Studio Code").shape, EditShape::none);
}

}

}
