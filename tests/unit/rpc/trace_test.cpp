#include "rpc/trace.h"

#include "support/files.h"
#include "support/hash.h"
#include "wire.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace countersign::rpc {
namespace {

class Trace : public testing::Test {
protected:
    std::string const path_ = testing::TempDir() + "countersign-trace-" + support::random_hex(8) + ".jsonl";
    ~Trace() override { std::filesystem::remove(path_); }
};

TEST_F(Trace, records_both_directions_in_order)
{
    auto observer = trace_to_file(path_);
    ASSERT_TRUE(observer);
    {
        Server server(
            [](Connection& connection) { connection.on_request("ping", [](Json const& params, Reply<Json> reply) { reply(params); }); },
            *observer);
        for (int i = 0; i < 2; ++i) {
            server.client.send(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})");
            server.client.receive();
        }
    }
    std::string const exchange = R"({"from":"client","message":{"id":1,"jsonrpc":"2.0","method":"ping","params":[1]}}
{"from":"server","message":{"id":1,"jsonrpc":"2.0","result":[1]}}
)";
    EXPECT_EQ(support::read_file(path_).value_or(""), exchange + exchange);
    struct stat status { };
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Trace, says_which_file_cannot_be_opened)
{
    auto const observer = trace_to_file("/nonexistent/trace");
    ASSERT_FALSE(observer);
    EXPECT_THAT(observer.error().message, testing::HasSubstr("/nonexistent/trace: No such file"));
}

}
}
