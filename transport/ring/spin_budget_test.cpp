// SPDX-License-Identifier: GPL-2.0-only
#include "transport/ring/spin_budget.hpp"

#include "base/testing/test.hpp"

namespace rsl::transport {
namespace {

RSL_TEST(SpinBudget, DropsToNothingAfterALongSleep) {
    SpinBudget budget{200'000};
    budget.waited(1'000'000);
    RSL_EXPECT_EQ(budget.ns(), 0u);
}

RSL_TEST(SpinBudget, GrowsStepByStepWithDenseTraffic) {
    SpinBudget budget{200'000};
    budget.waited(1'000'000);
    budget.waited(50'000);
    RSL_EXPECT_EQ(budget.ns(), 25'000u);
    for (int i = 0; i < 5; ++i) budget.waited(50'000);
    RSL_EXPECT_EQ(budget.ns(), 200'000u);
}

RSL_TEST(SpinBudget, NeverSpinsWithALimitOfZero) {
    SpinBudget budget{0};
    budget.waited(0);
    RSL_EXPECT_EQ(budget.ns(), 0u);
}

RSL_TEST(WakeBudget, EndsAfterFourWaitsInARowThatWereTooLong) {
    WakeBudget budget{200'000};
    for (int i = 0; i < 3; ++i) budget.waited(1'000'000);
    RSL_EXPECT_EQ(budget.ns(), 200'000u);
    budget.waited(150'000);
    for (int i = 0; i < 3; ++i) budget.waited(200'001);
    RSL_EXPECT_EQ(budget.ns(), 200'000u);
    budget.waited(200'001);
    RSL_EXPECT_EQ(budget.ns(), 0u);
    for (int i = 0; i < 100; ++i) budget.waited(1'000'000);
    RSL_EXPECT_EQ(budget.ns(), 0u);
    budget.waited(200'000);
    RSL_EXPECT_EQ(budget.ns(), 200'000u);
}

RSL_TEST(WakeBudget, NeverSpinsWithALimitOfZero) {
    WakeBudget budget{0};
    budget.waited(0);
    RSL_EXPECT_EQ(budget.ns(), 0u);
}

}  // namespace
}  // namespace rsl::transport
