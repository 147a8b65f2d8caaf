#include <vector>
#pragma once
import std;
using namespace std::literals;
namespace a::b::inline c { namespace fs = std::filesystem; }

template <typename T, class U = int, int N = 3, template <class...> class C, auto... Vs>
  requires std::integral<T> && (sizeof(T) > 1)
class [[nodiscard("x")]] Widget final : public Base<T>, protected virtual Other, private A::B {
 public:
  using value_type = typename T::value_type;
  explicit(true) Widget(int x = 1) noexcept(false) : Base<T>{x}, m_{x}, rest_(std::move(x))... { }
  Widget(const Widget &) = delete;
  Widget(Widget &&other) noexcept = default;
  virtual ~Widget() override;
  Widget &operator=(const Widget &) & = default;
  constexpr auto operator<=>(const Widget &) const = default;
  bool operator()(int) const volatile && { return true; }
  operator bool() const;
  friend std::ostream &operator<<(std::ostream &, const Widget &);
  template <class V> auto get(this auto &&self, V v) -> decltype(self.m_ + v);
  static inline constexpr int k = 0b1010'0101;
 private:
  mutable int m_ : 4 = 1;
  union { int i; float f; };
  enum class Color : unsigned char { Red, Green = 1 };
};

template <> struct Hash<int, 2> { };
template <typename... Ts> concept Printable = requires(Ts... ts, int x) { { print(ts...) } -> std::same_as<void>; typename Ts::type; requires true; };
extern template class Widget<int>;
template <class T> Widget(T) -> Widget<T>;

auto main(int argc, char *argv[]) -> int try {
  auto raw = R"delim(raw )" string
with lines)delim" + LR"(x)" + u8"utf"s + 1.5_km + 0x1p-3f + '\'' + U'x';
  auto [x, y] = std::pair{1, 2};
  for (const auto &[k, v] : map) if (auto it = f(k); it != end) continue; else break;
  for (int i{}; i < 10; ++i) { }
  auto lambda = [&, this, x = std::move(y), ...args = xs]<typename T>(T &&t, auto... rest) mutable noexcept -> decltype(auto) requires true {
    co_await t; co_yield 1; co_return (rest + ... + 0);
  };
  if constexpr (sizeof...(Ts) > 0 and not false) { } else if consteval { }
  int *p = new (std::nothrow) int[3]{1, 2}, &r = *p, &&rr = 1, (*fp)(int) = nullptr;
  delete[] p;
  auto v = static_cast<std::vector<std::vector<int>>>(x)[0] < a > b;
  a.template f<int>()->*m .* n, x ? y : z, typeid(x), alignof(int), throw std::runtime_error("x");
  int A::*member = &A::x; Foo::Bar<int>::baz<2>::call();
  switch (x) { [[fallthrough]]; case Color::Red: using enum Color; default: goto end; }
  try { throw; } catch (const std::exception &e) { } catch (...) { }
  static_assert(std::is_same_v<int, int>);
  std::cout << "a" "b" << a << 2 >> 1;
end:
  return 0;
} catch (...) { }

extern "C" { typedef struct { int x; } S; void f(...); }
#define FOO(x) x##y
#if __cplusplus >= 202002L
consteval int g(); constinit thread_local int h = {};
#endif
int größe, operator""_km(long double), decltype(x)::y;
template <int... Is> void fold() { ((std::cout << Is), ...); }
