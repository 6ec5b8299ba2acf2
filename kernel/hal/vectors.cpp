// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/vectors.hpp"

#include <bit>

#include "base/core/check.hpp"

namespace rsl::hal {

Result<uint8_t> VectorAllocator::allocate(KIRQL wanted) {
    const int first = wanted < kLowest ? kLowest : wanted > kHighest ? kHighest : wanted;
    const auto take = [this](int level) -> Result<uint8_t> {
        const int bit = std::countr_one(taken_[level]);
        if (bit == 16) return Status::kInsufficientResources;
        taken_[level] = static_cast<uint16_t>(taken_[level] | 1u << bit);
        return static_cast<uint8_t>(level << 4 | bit);
    };
    for (int level = first; level >= kLowest; --level) {
        if (auto vector = take(level)) return vector;
    }
    for (int level = first + 1; level <= kHighest; ++level) {
        if (auto vector = take(level)) return vector;
    }
    return Status::kInsufficientResources;
}

void VectorAllocator::free(uint8_t vector) {
    const uint16_t bit = static_cast<uint16_t>(1u << (vector & 15));
    RSL_CHECK((taken_[vector >> 4] & bit) != 0);
    taken_[vector >> 4] = static_cast<uint16_t>(taken_[vector >> 4] & ~bit);
}

uint32_t VectorAllocator::in_use() const {
    uint32_t count = 0;
    for (const uint16_t level : taken_) count += static_cast<uint32_t>(std::popcount(level));
    return count;
}

}  // namespace rsl::hal
