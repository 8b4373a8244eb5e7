#include <vector>
#define TWICE(v) ((v) + total)
namespace app {
int total = 0;
template<typename T, int N = 3>
class Box : public Base<T> {
public:
    Box(int size, T* data) : size_(size), data_(data) { total += size; }
    int area(int scale = total) const { return size_ * scale; }
    T* data_;
    int size_;
};
template<class T>
T Box<T>::sum(std::vector<T> const& items, int (*callback)(int value)) const
{
    int const count = items.size(), twice = count * 2;
    int shadow = shadow;
    for (auto const& [key, value] : items) {
        int count = key;
        use(count, value, item.count, p->value, ns::count);
    }
    for (int i = 0, n = count; i < n; ++i) { int i = 3; i++; }
    auto add = [&, extra = count, shadow](auto x) mutable { x += extra; return x + twice + shadow; };
    if (int found = lookup(count); found > 3) total = found;
    if (auto* p = get()) p->run();
    try { } catch (Error const& error) { log(error); }
    TWICE(count);
    goto done;
done:
    struct Local { int x; } local = { .x = count };
    Widget w(count), v { twice };
    return static_cast<T>(callback(twice));
}
int add(int a);
int add(int a, int b) { return a + b; }
enum Color { red, green };
}
