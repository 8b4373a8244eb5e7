#pragma once
#include <vector>
#define TWICE(x) ((x) + (x))

namespace app::core {

/// A box.
/// It holds things.
template<typename T, int N = 3>
class Box final : public Base<T> {
public:
    explicit Box(int size) : size_(size) { }
    Box(Box const&) = delete;
    virtual ~Box();
    Box& operator=(Box&& other) noexcept;
    T const& operator[](std::size_t index) const { return data_[index]; }
    explicit operator bool() const { return size_; }
    /* Its area. */
    [[nodiscard]] virtual auto area(int scale = 1) const -> int = 0;
    template<class U> U as() const { return {}; }
    static int count;
    int (*callback)(int value);
    friend bool operator==(Box const& a, Box const& b) { return true; }
    struct Part { int x; };
    enum class Color : char { red, green };
    using Item = T;
private:
    T* data_ = nullptr;
    int size_ {}, capacity_;
};

template<typename T, int N>
Box<T, N>::~Box() { }

template<typename T, int N>
auto Box<T, N>::area(int scale) const -> int { auto f = [](int x) { int hidden = x; return hidden; }; return f(scale); }

int const& pick(std::vector<int> const& items, int = 3) noexcept;
std::vector<std::pair<int, char>> list() { return {}; }
int (*choose(int which))(double) { return nullptr; }
constexpr int limit = 3, other = 4;
typedef unsigned int word;
union Bits { int i; float f; };
concept_like auto value = 1;
template<class T> concept Shape = requires(T t) { t.area(); };
namespace fs = std::filesystem;

namespace {
int hidden_helper(int x) { return x; }
}

}

extern "C" {
int c_function(void);
}

TEST(box, has_an_area) { EXPECT_EQ(1, 1); }
TEST_F(BoxTest, grows)
{
    SCOPED_TRACE("x");
}
TYPED_TEST(TypedBox, shrinks) { }
TEST_CASE("box works", "[box]")
{
    SECTION("inside") { }
}
BOOST_AUTO_TEST_CASE(boost_case) { }
