// SPDX-License-Identifier: GPL-2.0-only
#include "base/testing/test.hpp"

namespace rsl::testing {

#if defined(_WIN32)
__attribute__((section("rsltst$a"), used)) static const TestCase* const first_entry = nullptr;
__attribute__((section("rsltst$z"), used)) static const TestCase* const last_entry = nullptr;
static const TestCase* const* entries_begin() { return &first_entry; }
static const TestCase* const* entries_end() { return &last_entry; }
#else
extern "C" const TestCase* const __start_rsltst[] __attribute__((weak));
extern "C" const TestCase* const __stop_rsltst[] __attribute__((weak));
static const TestCase* const* entries_begin() { return __start_rsltst; }
static const TestCase* const* entries_end() { return __stop_rsltst; }
#endif

namespace {

constinit Reporter* current_reporter = nullptr;
constinit bool current_failed = false;
constinit const char* current_skip = nullptr;

bool contains(const char* text, const char* part) {
    for (;; ++text) {
        const char* t = text;
        const char* p = part;
        while (*p != '\0' && *t == *p) ++t, ++p;
        if (*p == '\0') return true;
        if (*text == '\0') return false;
    }
}

bool selected(const TestCase& test, const char* filter) {
    char full[160];
    size_t used = 0;
    const char* const parts[] = {test.suite, ".", test.name};
    for (const char* part : parts) {
        for (; *part != '\0' && used + 1 < sizeof(full); ++part) full[used++] = *part;
    }
    full[used] = '\0';
    return contains(full, filter);
}

}  // namespace

Totals run_all(Reporter& reporter, const char* filter) {
    Totals totals;
    current_reporter = &reporter;
    for (const TestCase* const* entry = entries_begin(); entry != entries_end(); ++entry) {
        const TestCase* test = *entry;
        if (test == nullptr || !selected(*test, filter)) continue;
        current_failed = false;
        current_skip = nullptr;
        test->body();
        if (current_failed) {
            ++totals.failed;
            reporter.test_failed(*test);
        } else if (current_skip != nullptr) {
            ++totals.skipped;
            reporter.test_skipped(*test, current_skip);
        } else {
            ++totals.passed;
            reporter.test_passed(*test);
        }
    }
    return totals;
}

namespace detail {

void fail(const char* file, int line, const char* expression, const char* left, const char* right) {
    current_failed = true;
    current_reporter->expectation_failed(file, line, expression, left, right);
}

void skip(const char* why) { current_skip = why; }

Shown show_unsigned(uint64_t value) {
    constexpr char kDigits[] = "0123456789abcdef";
    Shown shown{"0x"};
    int shift = 60;
    while (shift > 0 && ((value >> shift) & 15) == 0) shift -= 4;
    size_t at = 2;
    for (; shift >= 0; shift -= 4) shown.text[at++] = kDigits[(value >> shift) & 15];
    shown.text[at] = '\0';
    return shown;
}

Shown show_signed(int64_t value) {
    Shown shown{};
    char reversed[24];
    size_t count = 0;
    uint64_t rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    do {
        reversed[count++] = static_cast<char>('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    size_t at = 0;
    if (value < 0) shown.text[at++] = '-';
    while (count > 0) shown.text[at++] = reversed[--count];
    shown.text[at] = '\0';
    return shown;
}

}  // namespace detail
}  // namespace rsl::testing
