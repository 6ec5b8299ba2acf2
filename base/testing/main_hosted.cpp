// SPDX-License-Identifier: GPL-2.0-only
// The main of every hosted unit-test program: prints one line a test. Usage: PROGRAM [FILTER]
#include <cstdio>

#include "base/testing/test.hpp"

namespace {

class ConsoleReporter final : public rsl::testing::Reporter {
  public:
    void test_passed(const rsl::testing::TestCase& test) override {
        std::printf("ok %s.%s\n", test.suite, test.name);
    }
    void test_failed(const rsl::testing::TestCase& test) override {
        std::printf("FAIL %s.%s\n", test.suite, test.name);
    }
    void test_skipped(const rsl::testing::TestCase& test, const char* why) override {
        std::printf("skip %s.%s: %s\n", test.suite, test.name, why);
    }
    void expectation_failed(const char* file, int line, const char* expression, const char* left,
                            const char* right) override {
        std::printf("%s:%d: expected %s: %s, %s\n", file, line, expression, left, right);
    }
};

}  // namespace

int main(int argc, char** argv) {
    ConsoleReporter reporter;
    const auto totals = rsl::testing::run_all(reporter, argc > 1 ? argv[1] : "");
    std::printf("%u passed, %u failed, %u skipped\n", totals.passed, totals.failed, totals.skipped);
    return totals.failed == 0 && totals.passed + totals.skipped > 0 ? 0 : 1;
}
