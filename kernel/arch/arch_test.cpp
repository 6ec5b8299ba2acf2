// SPDX-License-Identifier: GPL-2.0-only
// The parts of arch that are arithmetic: clock scales and the command line.
#include "base/testing/test.hpp"
#include "kernel/arch/clock_scale.hpp"
#include "kernel/arch/command_line.hpp"

namespace rsl::arch {
namespace {

RSL_TEST(ClockScale, ConvertsWithoutDrift) {
    const ClockScale scale = ClockScale::between(2'445'123'456, 1'000'000'000);
    const uint64_t hour = scale.convert(uint64_t{2'445'123'456} * 3600);
    RSL_EXPECT(hour > 3'599'999'990'000 && hour <= 3'600'000'000'000);
}

RSL_TEST(ClockScale, ConvertsYearsWithoutOverflow) {
    const ClockScale scale = ClockScale::between(5'000'000'000, 1'000'000'000);
    const uint64_t ten_years = uint64_t{5'000'000'000} * 86400 * 365 * 10;
    RSL_EXPECT(scale.convert(ten_years) / 1'000'000'000 >= uint64_t{86400} * 365 * 10 - 1);
}

RSL_TEST(ClockScale, IsTheIdentityBetweenEqualRates) {
    const ClockScale scale = ClockScale::between(1'000'000'000, 1'000'000'000);
    RSL_EXPECT_EQ(scale.convert(123'456'789), uint64_t{123'456'789});
}

RSL_TEST(CommandLine, FindsWholeWordsOnly) {
    RSL_EXPECT(command_line_value("log=serial cpus=2", "cpus") == "2");
    RSL_EXPECT(command_line_value("xcpus=3 cpus=", "cpus") == "");
    RSL_EXPECT(!command_line_value("xcpus=3 cpus", "cpus"));
    RSL_EXPECT(!command_line_value("", "cpus"));
}

RSL_TEST(CommandLine, ReadsNumbersAndRefusesOthers) {
    RSL_EXPECT_EQ(command_line_number("a=12 b=0xfF", "b").value_or(0), uint64_t{255});
    RSL_EXPECT_EQ(command_line_number("a=12 b=0xfF", "a").value_or(0), uint64_t{12});
    RSL_EXPECT(!command_line_number("a=12x", "a"));
    RSL_EXPECT(!command_line_number("a=0x", "a"));
    RSL_EXPECT(!command_line_number("a=18446744073709551616", "a"));
}

}  // namespace
}  // namespace rsl::arch
