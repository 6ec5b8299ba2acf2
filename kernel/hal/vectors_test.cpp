// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/vectors.hpp"

#include "base/testing/test.hpp"

namespace rsl::hal {
namespace {

RSL_TEST(Vectors, HaveTheIrqlThatWasAskedFor) {
    VectorAllocator vectors;
    const auto vector = vectors.allocate(7);
    RSL_REQUIRE(vector.ok());
    RSL_EXPECT_EQ(arch::irql_of_vector(*vector), 7);
}

RSL_TEST(Vectors, GoToTheNextLevelWhenOneIsFull) {
    VectorAllocator vectors;
    for (int i = 0; i < 16; ++i) RSL_EXPECT_EQ(arch::irql_of_vector(*vectors.allocate(3)), 3);
    RSL_EXPECT_EQ(arch::irql_of_vector(*vectors.allocate(3)), 4);
    RSL_EXPECT_EQ(arch::irql_of_vector(*vectors.allocate(12)), 12);
}

RSL_TEST(Vectors, RunOutAndComeBack) {
    VectorAllocator vectors;
    for (int i = 0; i < 160; ++i) RSL_EXPECT(vectors.allocate(9).ok());
    RSL_EXPECT_EQ(vectors.allocate(9).status(), Status::kInsufficientResources);
    vectors.free(0x55);
    const auto again = vectors.allocate(12);
    RSL_REQUIRE(again.ok());
    RSL_EXPECT_EQ(*again, 0x55);
    RSL_EXPECT_EQ(vectors.in_use(), 160u);
}

RSL_TEST(Vectors, StayWithinTheDeviceLevels) {
    VectorAllocator vectors;
    RSL_EXPECT_EQ(*vectors.allocate(0), arch::kFirstDeviceVector);
    RSL_EXPECT_EQ(arch::irql_of_vector(*vectors.allocate(15)), 12);
}

}  // namespace
}  // namespace rsl::hal
