#include "session/other_servers.h"

#include <atomic>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>

namespace countersign::session {
namespace {

namespace fs = std::filesystem;

class other_servers : public testing::Test {
protected:
    other_servers()
    {
        char pattern[] = "/tmp/countersign-servers-XXXXXX";
        state = fs::canonical(::mkdtemp(pattern));
    }
    ~other_servers() override { fs::remove_all(state); }

    static OtherServers::Handler taking(std::string kind, std::atomic<int>& count)
    {
        return [kind, &count](Json const& letter, std::stop_token const&) {
            ++count;
            return letter.value("letter", "") == kind ? Json { { "taken", kind } } : Json::object();
        };
    }

    fs::path state;
};

TEST_F(other_servers, take_a_letter_that_is_theirs)
{
    std::atomic<int> first = 0;
    std::atomic<int> second = 0;
    OtherServers one(state);
    OtherServers two(state);
    OtherServers asking(state);
    ASSERT_TRUE(one.listen(taking("a", first)));
    ASSERT_TRUE(two.listen(taking("b", second)));
    ASSERT_TRUE(asking.listen([](Json const&, std::stop_token const&) { return Json { { "taken", "by myself" } }; }));
    EXPECT_EQ(asking.ask({ { "letter", "a" } }).value()["taken"], "a");
    EXPECT_EQ(asking.ask({ { "letter", "b" } }).value()["taken"], "b");
    auto const nobody = asking.ask({ { "letter", "c" } });
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, ErrorCode::not_found);
    EXPECT_GE(first, 2);
    EXPECT_GE(second, 2);
}

TEST_F(other_servers, are_all_told)
{
    std::atomic<int> count = 0;
    {
        OtherServers one(state);
        OtherServers two(state);
        OtherServers const telling(state);
        ASSERT_TRUE(one.listen(taking("a", count)));
        ASSERT_TRUE(two.listen(taking("a", count)));
        telling.tell({ { "letter", "changed" } });
        (void)telling.ask({ { "letter", "b" } }); // comes behind it
    }
    EXPECT_EQ(count, 4);
}

TEST_F(other_servers, may_be_nobody)
{
    OtherServers const alone(state);
    EXPECT_FALSE(alone.ask({ { "letter", "a" } }));
    alone.tell({ { "letter", "a" } });
}

TEST_F(other_servers, that_are_dead_are_forgotten)
{
    std::atomic<int> count = 0;
    OtherServers one(state);
    ASSERT_TRUE(one.listen(taking("a", count)));
    pid_t const child = ::fork();
    if (child == 0) {
        // Exits without its destructor, as if killed; its folder stays behind.
        auto* const dead = new OtherServers(state);
        ::_exit(dead->listen([](Json const&, std::stop_token const&) { return Json::object(); }) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    OtherServers const asking(state);
    EXPECT_TRUE(asking.ask({ { "letter", "a" } }));
    asking.tell({ { "letter", "x" } });
    EXPECT_EQ(std::distance(fs::directory_iterator(state / "servers"), fs::directory_iterator()), 1);
}

TEST_F(other_servers, are_reached_by_their_owner_alone)
{
    std::atomic<int> count = 0;
    OtherServers one(state);
    ASSERT_TRUE(one.listen(taking("a", count)));
    for (fs::directory_entry const& entry : fs::recursive_directory_iterator(state / "servers")) {
        struct stat status { };
        ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0077u, 0u) << entry.path();
    }
}

TEST_F(other_servers, end_while_a_handler_waits)
{
    std::atomic<bool> waits = false;
    auto one = std::make_unique<OtherServers>(state);
    ASSERT_TRUE(one->listen([&](Json const&, std::stop_token const& stop) {
        waits = true;
        waits.notify_all();
        while (!stop.stop_requested())
            std::this_thread::yield();
        return Json::object();
    }));
    OtherServers const telling(state);
    telling.tell({ { "letter", "a" } });
    waits.wait(false);
    one.reset();
}

}
}
