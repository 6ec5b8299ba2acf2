// SPDX-License-Identifier: GPL-2.0-only
#include "base/core/result.hpp"

#include "base/testing/test.hpp"

namespace rsl {
namespace {

Result<int> half(int value) {
    if (value % 2 != 0) return Status::kInvalidParameter;
    return value / 2;
}

Result<int> quarter(int value) {
    const int halved = RSL_TRY(half(value));
    return half(halved);
}

RSL_TEST(Result, TryPassesTheValueOn) {
    auto result = quarter(8);
    RSL_REQUIRE(result.ok());
    RSL_EXPECT_EQ(*result, 2);
}

RSL_TEST(Result, TryReturnsTheFirstFailure) {
    RSL_EXPECT_EQ(quarter(7).failure(), Status::kInvalidParameter);
    RSL_EXPECT_EQ(quarter(6).failure(), Status::kInvalidParameter);
}

struct Counted {
    int* alive;
    explicit Counted(int& count) : alive(&count) { ++*alive; }
    Counted(Counted&& other) : alive(other.alive) { ++*alive; }
    ~Counted() { --*alive; }
};

RSL_TEST(Result, DestroysItsValueOnce) {
    int alive = 0;
    {
        Result<Counted> result{Counted(alive)};
        Result<Counted> moved = static_cast<Result<Counted>&&>(result);
        RSL_EXPECT(moved.ok());
    }
    RSL_EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace rsl
