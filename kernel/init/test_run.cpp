// SPDX-License-Identifier: GPL-2.0-only
// The test kernel's reporter: base/testing over the emergency console. Linked into ntoskrnl_test.exe
// only; the shipped kernel has the refusal of no_tests.cpp in its place.
#include <cstring>

#include "base/core/check.hpp"
#include "base/testing/test.hpp"
#include "boot/boot_info.h"
#include "kernel/arch/arch.hpp"
#include "kernel/init/test_run.hpp"
#include "kernel/ke/callout.hpp"

namespace rsl::init {
namespace {

void say(std::string_view text) { arch::console_write(text.data(), text.size()); }

void say_number(uint32_t value) {
    char reversed[10];
    uint32_t count = 0;
    do {
        reversed[count++] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count > 0) arch::console_write(&reversed[--count], 1);
}

class ConsoleReporter final : public testing::Reporter {
  public:
    void test_passed(const testing::TestCase& test) override { line("ok ", test, ""); }
    void test_failed(const testing::TestCase& test) override { line("FAIL ", test, ""); }
    void test_skipped(const testing::TestCase& test, const char* why) override { line("skip ", test, why); }
    void expectation_failed(const char* file, int at, const char* expression, const char* left,
                            const char* right) override {
        say(file);
        say(":");
        say_number(static_cast<uint32_t>(at));
        say(": expected ");
        say(expression);
        say(": ");
        say(left);
        say(", ");
        say(right);
        say("\n");
    }

  private:
    static void line(const char* what, const testing::TestCase& test, std::string_view why) {
        say(what);
        say(test.suite);
        say(".");
        say(test.name);
        if (!why.empty()) say(": ");
        say(why);
        say("\n");
    }
};

}  // namespace

void run_tests(std::string_view filter) {
    char text[128] = {};
    if (filter != "all") std::memcpy(text, filter.data(), filter.size() < sizeof(text) ? filter.size() : sizeof(text) - 1);
    // Tests keep whole images on the stack: they get more of it than a driver's thread has.
    constexpr uint64_t kTestStackBytes = 512 * 1024;
    struct Run {
        const char* filter;
        testing::Totals totals;
    } run{text, {}};
    const Status called = ke::call_with_stack([](void* context) NTAPI {
        ConsoleReporter reporter;
        Run& own = *static_cast<Run*>(context);
        own.totals = testing::run_all(reporter, own.filter);
    }, &run, kTestStackBytes);
    RSL_CHECK(!called.failed());
    const testing::Totals& totals = run.totals;
    say_number(totals.passed);
    say(" passed, ");
    say_number(totals.failed);
    say(" failed, ");
    say_number(totals.skipped);
    say(" skipped\n");
    const bool good = totals.failed == 0 && totals.passed + totals.skipped > 0;
    arch::power_off(good ? RSL_EXIT_TESTS_PASSED : RSL_EXIT_TESTS_FAILED);
}

}  // namespace rsl::init
