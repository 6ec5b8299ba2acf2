// SPDX-License-Identifier: GPL-2.0-only
// Which device vectors are taken. A vector's class is its IRQL, so asking for a vector is asking for
// an IRQL. Callers serialise.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/arch/interrupts.hpp"

namespace rsl::hal {

class VectorAllocator {
  public:
    /// A free vector of that IRQL; when all sixteen are taken, of the next lower, then of higher ones.
    Result<uint8_t> allocate(KIRQL wanted);
    void free(uint8_t vector);
    uint32_t in_use() const;

  private:
    static constexpr KIRQL kLowest = arch::irql_of_vector(arch::kFirstDeviceVector);
    static constexpr KIRQL kHighest = arch::irql_of_vector(arch::kLastDeviceVector);
    uint16_t taken_[16] = {};  // a bit a vector, by IRQL
};

}  // namespace rsl::hal
