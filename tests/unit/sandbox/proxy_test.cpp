#include "sandbox/proxy.h"

#include "sandbox/descriptors.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>

namespace countersign::sandbox {
namespace {

using support::UniqueFd;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A server on loopback that answers one connection with what it was sent, and more.
class Echo {
public:
    Echo() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address_.size = sizeof address;
        EXPECT_EQ(0, ::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), address_.size));
        EXPECT_EQ(0, ::listen(listening_.get(), 4));
        ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address_.storage), &address_.size);
        thread_ = std::thread([this] {
            UniqueFd const client(::accept(listening_.get(), nullptr, nullptr));
            std::array<char, 4096> buffer;
            ssize_t const count = client ? ::read(client.get(), buffer.data(), buffer.size()) : 0;
            if (count > 0)
                (void)support::write_all(client.get(), "echo: " + std::string(buffer.data(), static_cast<std::size_t>(count)));
        });
    }
    ~Echo()
    {
        ::shutdown(listening_.get(), SHUT_RDWR);
        thread_.join();
    }
    Address address() const { return address_; }
    bool was_reached() const
    {
        pollfd waiting { listening_.get(), POLLIN, 0 };
        return ::poll(&waiting, 1, 0) > 0;
    }

private:
    UniqueFd listening_;
    Address address_;
    std::thread thread_;
};

class ProxyTest : public testing::Test {
protected:
    ProxyTest()
    {
        int ends[2];
        EXPECT_EQ(0, ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
        hand_over_.reset(ends[0]);
        // Every name leads to the server on loopback, which for once is allowed.
        Network const network { [this](Destination const& destination) -> Result<Address> {
                                   resolved_.push_back(destination.host);
                                   return echo_.address();
                               },
            [this](sockaddr const& address) { return may_reach_loopback_ || is_public_address(address); } };
        proxy_.emplace(UniqueFd(ends[1]), std::vector<std::string> { "allowed.example", "*.wide.example" }, network);
    }

    /// All that comes back for these bytes.
    std::string answer(std::string const& bytes, std::string const& then = {})
    {
        int ends[2];
        EXPECT_EQ(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
        UniqueFd const ours(ends[0]);
        EXPECT_TRUE(send_descriptor(hand_over_.get(), ends[1]));
        ::close(ends[1]);
        (void)support::write_all(ours.get(), bytes);
        std::string all;
        if (!then.empty()) {
            char first[64];
            ssize_t const count = ::read(ours.get(), first, sizeof first);
            all.append(first, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            (void)support::write_all(ours.get(), then);
        }
        return all + support::read_all(ours.get(), 1 << 20).value_or("");
    }

    Echo echo_;
    bool may_reach_loopback_ = true;
    std::vector<std::string> resolved_;
    UniqueFd hand_over_;
    std::optional<Proxy> proxy_;
};

std::string number(std::size_t value, int size)
{
    std::string bytes;
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
        bytes += static_cast<char>(value >> shift & 0xff);
    return bytes;
}

/// RFC 8446's ClientHello with one extension.
std::string client_hello(std::string const& name)
{
    std::string const entry = number(0, 1) + number(name.size(), 2) + name;
    std::string const extension = number(0, 2) + number(entry.size() + 2, 2) + number(entry.size(), 2) + entry;
    std::string const hello = "\x03\x03" + std::string(32, 'r') + number(0, 1) + number(2, 2) + "\x13\x01" + number(1, 1) + number(0, 1)
        + number(extension.size(), 2) + extension;
    std::string const handshake = number(1, 1) + number(hello.size(), 3) + hello;
    return number(22, 1) + "\x03\x01" + number(handshake.size(), 2) + handshake;
}

TEST_F(ProxyTest, passes_a_get_on_to_an_allowed_host_and_rewrites_what_it_says)
{
    std::string const got = answer("GET http://ALLOWED.example./a?b HTTP/1.1\r\nHost: evil.example\r\nConnection: keep-alive\r\n"
                                   "Proxy-Authorization: x\r\nAccept: */*\r\n\r\nGET http://evil.example/ HTTP/1.1\r\n\r\n");
    EXPECT_EQ(got, "echo: GET /a?b HTTP/1.1\r\nHost: allowed.example\r\nConnection: close\r\nAccept: */*\r\n\r\n");
    EXPECT_THAT(resolved_, ElementsAre("allowed.example"));
    proxy_.reset();
}

TEST_F(ProxyTest, makes_a_tunnel_only_for_the_name_that_tls_then_asks_for)
{
    std::string const hello = client_hello("allowed.example");
    EXPECT_EQ(answer("CONNECT allowed.example:443 HTTP/1.1\r\n\r\n", hello), "HTTP/1.1 200 Connection established\r\n\r\necho: " + hello);
}

TEST_F(ProxyTest, carries_nothing_where_tls_asks_for_another_name_or_for_none)
{
    for (std::string const& first : { client_hello("evil.example"), std::string("SSH-2.0-x\r\n\r\n"), client_hello("") })
        EXPECT_EQ(answer("CONNECT allowed.example:443 HTTP/1.1\r\n\r\n", first), "HTTP/1.1 200 Connection established\r\n\r\n");
    EXPECT_THAT(proxy_->log(), testing::Each(HasSubstr("is refused: TLS asked for")));
}

TEST_F(ProxyTest, refuses_all_else_with_the_reason)
{
    for (char const* head : { "CONNECT evil.example:443 HTTP/1.1", "CONNECT allowed.example:22 HTTP/1.1",
             "CONNECT allowed.example HTTP/1.1", "POST http://allowed.example/ HTTP/1.1", "GET https://allowed.example/ HTTP/1.1",
             "GET /etc/passwd HTTP/1.1", "GET http://allowed.example@evil.example/ HTTP/1.1", "nonsense", "CONNECT  HTTP/1.1", "" })
        EXPECT_THAT(answer(std::string(head) + "\r\n\r\n"), AllOf(StartsWith("HTTP/1.1 403"), HasSubstr("is refused: "))) << head;
    EXPECT_THAT(resolved_, ElementsAre());
}

TEST_F(ProxyTest, reaches_no_address_but_of_the_open_internet)
{
    may_reach_loopback_ = false;
    EXPECT_THAT(answer("GET http://allowed.example/ HTTP/1.1\r\n\r\n"), HasSubstr("none of the open internet"));
    EXPECT_FALSE(echo_.was_reached());
}

bool is_public(char const* text)
{
    sockaddr_storage storage {};
    auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    storage.ss_family = std::string_view(text).find(':') == std::string_view::npos ? AF_INET : AF_INET6;
    EXPECT_EQ(1, ::inet_pton(storage.ss_family, text, storage.ss_family == AF_INET ? static_cast<void*>(&v4->sin_addr) : &v6->sin6_addr));
    return is_public_address(reinterpret_cast<sockaddr const&>(storage));
}

TEST(Egress, knows_addresses_that_are_not_of_the_open_internet)
{
    for (char const* address : { "127.0.0.1", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.31.0.1", "192.168.1.1",
             "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "fd00:ec2::254", "fe80::1", "ff02::1",
             "2002:7f00:1::", "2001:db8::1", "64:ff9b::7f00:1", "198.18.0.1" })
        EXPECT_FALSE(is_public(address)) << address;
    for (char const* address : { "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::101:101" })
        EXPECT_TRUE(is_public(address)) << address;
}

TEST(Egress, takes_only_hosts_for_the_list_that_are_some)
{
    EXPECT_EQ(*parse_allowed_host("Example.COM."), "example.com");
    EXPECT_EQ(*parse_allowed_host("*.Example.com"), "*.example.com");
    for (char const* bad : { "", "*", "*.com", "a b", "http://x.example", "x.example:443", "127.0.0.1", "ex*mple.com",
             "b\xC3\xBC"
             "cher.example" })
        EXPECT_FALSE(parse_allowed_host(bad)) << bad;
}

TEST(Egress, finds_no_name_in_what_is_no_beginning_of_tls)
{
    std::string const hello = client_hello("Allowed.Example");
    EXPECT_EQ(server_name_of(hello), "allowed.example");
    for (std::size_t size = 0; size < hello.size(); ++size)
        EXPECT_EQ(server_name_of(std::string_view(hello).substr(0, size)), "") << size;
}

}
}
