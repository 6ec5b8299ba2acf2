// SPDX-License-Identifier: GPL-2.0-only
// A unit-test frame that works freestanding: the same test runs on the host under sanitizers and in
// the VM at boot (docs/adr/0005-tests.md says why no library does). Tests register themselves in a
// linker section, so that nothing runs before main.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/core/status.hpp"

namespace rsl::testing {

/// One test: what RSL_TEST declares.
struct TestCase {
    const char* suite;
    const char* name;
    void (*body)();
};

/// Where a run reports to: the host prints, the kernel writes to its console.
class Reporter {
  public:
    virtual void test_passed(const TestCase& test) = 0;
    virtual void test_failed(const TestCase& test) = 0;
    virtual void test_skipped(const TestCase& test, const char* why) = 0;
    /// One failed expectation, before test_failed. Values are shown as text.
    virtual void expectation_failed(const char* file, int line, const char* expression,
                                    const char* left, const char* right) = 0;

  protected:
    ~Reporter() = default;
};

struct Totals {
    uint32_t passed = 0;
    uint32_t failed = 0;
    uint32_t skipped = 0;
};

/// Runs every test whose "Suite.Name" contains `filter` (empty: all), in link order.
Totals run_all(Reporter& reporter, const char* filter);

namespace detail {

void fail(const char* file, int line, const char* expression, const char* left, const char* right);
void skip(const char* why);

/// A value as text, for messages. Integers, enums, pointers, bools and Status; others as "?".
struct Shown {
    char text[40];
};
Shown show_unsigned(uint64_t value);
Shown show_signed(int64_t value);

template <typename T>
Shown show(const T& value) {
    if constexpr (std::is_same_v<T, Status>) {
        return show_unsigned(static_cast<uint32_t>(value.nt()));
    } else if constexpr (std::is_enum_v<T>) {
        return show_signed(static_cast<int64_t>(value));
    } else if constexpr (std::is_pointer_v<T>) {
        return show_unsigned(reinterpret_cast<uintptr_t>(value));
    } else if constexpr (std::is_same_v<T, bool> || std::unsigned_integral<T>) {
        return show_unsigned(static_cast<uint64_t>(value));
    } else if constexpr (std::signed_integral<T>) {
        return show_signed(static_cast<int64_t>(value));
    } else {
        return Shown{"?"};
    }
}

template <typename A, typename B>
bool equal(const A& a, const B& b) {
    if constexpr (std::integral<A> && std::integral<B> && !std::is_same_v<A, bool> &&
                  !std::is_same_v<B, bool>) {
        using Common = std::common_type_t<A, B>;
        return static_cast<Common>(a) == static_cast<Common>(b) && (a < A{}) == (b < B{});
    } else {
        return a == b;
    }
}

template <typename A, typename B>
bool expect_equal(const A& a, const B& b, const char* file, int line, const char* expression) {
    if (equal(a, b)) return true;
    fail(file, line, expression, show(a).text, show(b).text);
    return false;
}

}  // namespace detail
}  // namespace rsl::testing

#if defined(_WIN32)
#define RSL_TEST_SECTION "rsltst$m"
#else
#define RSL_TEST_SECTION "rsltst"
#endif

/// Declares a test; its body follows.
#define RSL_TEST(suite_, name_)                                                        \
    static void rsl_test_##suite_##_##name_();                                         \
    static constexpr ::rsl::testing::TestCase rsl_case_##suite_##_##name_ = {          \
        #suite_, #name_, &rsl_test_##suite_##_##name_};                                \
    __attribute__((section(RSL_TEST_SECTION), used)) static const ::rsl::testing::TestCase* \
        const rsl_entry_##suite_##_##name_ = &rsl_case_##suite_##_##name_;             \
    static void rsl_test_##suite_##_##name_()

#define RSL_EXPECT(cond)                                                               \
    do {                                                                               \
        if (!(cond)) ::rsl::testing::detail::fail(__FILE_NAME__, __LINE__, #cond, "false", "true"); \
    } while (false)
#define RSL_EXPECT_EQ(a, b)                                                            \
    (void)::rsl::testing::detail::expect_equal((a), (b), __FILE_NAME__, __LINE__, #a " == " #b)
/// Like RSL_EXPECT, and leaves the test when it fails: what follows would make no sense.
#define RSL_REQUIRE(cond)                                                              \
    do {                                                                               \
        if (!(cond)) {                                                                 \
            ::rsl::testing::detail::fail(__FILE_NAME__, __LINE__, #cond, "false", "true"); \
            return;                                                                    \
        }                                                                              \
    } while (false)
/// Leaves the test and reports it as skipped, with the reason.
#define RSL_SKIP(why)                       \
    do {                                    \
        ::rsl::testing::detail::skip(why);  \
        return;                             \
    } while (false)
