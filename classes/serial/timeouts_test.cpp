// SPDX-License-Identifier: GPL-2.0-only
#include "classes/serial/timeouts.hpp"

#include "base/testing/test.hpp"

namespace rsl::serial {
namespace {

constexpr ULONG kMax = 0xFFFFFFFF;
constexpr uint64_t kMs = 10'000;

bool waits_until(const Verdict& verdict, uint64_t deadline) {
    return verdict.kind == Verdict::kWait && verdict.deadline == deadline;
}

}  // namespace

RSL_TEST(SerialTimeouts, AllZeroNeverTimesOut)
{
    RSL_EXPECT(waits_until(judge_read({}, {100, 0, 10, 0}, ~uint64_t{0} - 1), Verdict::kNever));
    RSL_EXPECT(waits_until(judge_read({}, {100, 200, 10, 9}, ~uint64_t{0} - 1), Verdict::kNever));
    RSL_EXPECT(judge_read({}, {100, 200, 10, 10}, 300).kind == Verdict::kDone);
    RSL_EXPECT(waits_until(judge_write({}, {100, 0, 10, 9}, 300), Verdict::kNever));
    RSL_EXPECT(judge_write({}, {100, 0, 10, 10}, 300).kind == Verdict::kDone);
}

RSL_TEST(SerialTimeouts, TotalIsMultiplierTimesBytesAndConstant)
{
    const SERIAL_TIMEOUTS t = {0, 3, 20, 2, 5};
    RSL_EXPECT(waits_until(judge_read(t, {1000, 0, 10, 5}, 1000), 1000 + 50 * kMs));
    RSL_EXPECT(judge_read(t, {1000, 0, 10, 5}, 1000 + 50 * kMs).kind == Verdict::kTimedOut);
    RSL_EXPECT(judge_read(t, {1000, 0, 10, 10}, 1000 + 99 * kMs).kind == Verdict::kDone);
    RSL_EXPECT(waits_until(judge_write(t, {1000, 0, 10, 5}, 1000), 1000 + 25 * kMs));
    RSL_EXPECT(judge_write(t, {1000, 0, 10, 5}, 1000 + 25 * kMs).kind == Verdict::kTimedOut);
}

RSL_TEST(SerialTimeouts, TheIntervalCountsFromTheFirstByteOn)
{
    const SERIAL_TIMEOUTS t = {7, 0, 0, 0, 0};
    RSL_EXPECT(waits_until(judge_read(t, {1000, 0, 10, 0}, 1'000'000'000), Verdict::kNever));
    RSL_EXPECT(waits_until(judge_read(t, {1000, 5000, 10, 1}, 5000), 5000 + 7 * kMs));
    RSL_EXPECT(judge_read(t, {1000, 5000, 10, 1}, 5000 + 7 * kMs).kind == Verdict::kTimedOut);
}

RSL_TEST(SerialTimeouts, TheEarlierOfTotalAndIntervalCounts)
{
    const SERIAL_TIMEOUTS t = {10, 0, 50, 0, 0};
    RSL_EXPECT(waits_until(judge_read(t, {0, 0, 10, 0}, 0), 50 * kMs));
    RSL_EXPECT(waits_until(judge_read(t, {0, 20 * kMs, 10, 1}, 20 * kMs), 30 * kMs));
    RSL_EXPECT(waits_until(judge_read(t, {0, 45 * kMs, 10, 1}, 45 * kMs), 50 * kMs));
}

RSL_TEST(SerialTimeouts, MaximumIntervalAloneTakesWhatIsThere)
{
    const SERIAL_TIMEOUTS t = {kMax, 0, 0, 0, 0};
    RSL_EXPECT(judge_read(t, {0, 0, 10, 0}, 0).kind == Verdict::kDone);
    RSL_EXPECT(judge_read(t, {0, 0, 10, 3}, 0).kind == Verdict::kDone);
}

RSL_TEST(SerialTimeouts, MaximumIntervalAndMultiplierWaitForOneByte)
{
    const SERIAL_TIMEOUTS t = {kMax, kMax, 30, 0, 0};
    RSL_EXPECT(waits_until(judge_read(t, {0, 0, 10, 0}, 0), 30 * kMs));
    RSL_EXPECT(judge_read(t, {0, 0, 10, 1}, 0).kind == Verdict::kDone);
    RSL_EXPECT(judge_read(t, {0, 0, 10, 0}, 30 * kMs).kind == Verdict::kTimedOut);
}

RSL_TEST(SerialTimeouts, NothingOverflows)
{
    const SERIAL_TIMEOUTS t = {0, kMax, kMax, kMax, kMax};
    RSL_EXPECT(judge_read(t, {0, 0, kMax, 0}, 1).kind == Verdict::kWait);
    RSL_EXPECT(judge_write(t, {0, 0, kMax, 0}, 1).kind == Verdict::kWait);
}

RSL_TEST(SerialTimeouts, TwoMaximaAreRefused)
{
    RSL_EXPECT(!is_valid({kMax, 0, kMax, 0, 0}));
    RSL_EXPECT(is_valid({kMax, kMax, 1, 0, 0}) && is_valid({0, kMax, kMax, 0, 0}));
}

}  // namespace rsl::serial
