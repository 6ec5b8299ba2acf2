// SPDX-License-Identifier: GPL-2.0-only
// IRQL as a capability that the compiler checks, and the run-time checks at the ABI edge.
#pragma once

#include "abi/types/basic.h"
#include "base/sync/annotations.hpp"
#include "kernel/arch/arch.hpp"

namespace rsl::irql {

class RSL_CAPABILITY("irql") Level {};
/// Held from DISPATCH_LEVEL on. Code that may block or touch pageable memory excludes it.
inline constinit Level dispatch;

}  // namespace rsl::irql

namespace rsl::ke {

/// Raises the level and returns the old one. Bug check when `level` is below the current one.
KIRQL raise_irql(KIRQL level);
/// Lowers the level, then runs DPCs, a pending thread switch and APCs that became possible.
void lower_irql(KIRQL level);
/// Bug check IRQL_NOT_LESS_OR_EQUAL-style: `function` was called above `limit`.
[[noreturn]] void irql_too_high(const char* function, KIRQL limit);
[[noreturn]] void irql_too_low(const char* function, KIRQL limit);

/// Raises to DISPATCH_LEVEL for a scope.
class RSL_SCOPED_CAPABILITY DispatchLevelGuard {
  public:
    DispatchLevelGuard() RSL_ACQUIRES(irql::dispatch) : old_(raise_irql(DISPATCH_LEVEL)) {}
    ~DispatchLevelGuard() RSL_RELEASES() { lower_irql(old_); }
    DispatchLevelGuard(const DispatchLevelGuard&) = delete;
    DispatchLevelGuard& operator=(const DispatchLevelGuard&) = delete;

  private:
    KIRQL old_;
};

}  // namespace rsl::ke

/// At the head of an export: documented level rules, checked at run time.
#define RSL_IRQL_AT_MOST(limit)                                                                  \
    do {                                                                                         \
        if (::rsl::arch::irql() > (limit)) [[unlikely]] ::rsl::ke::irql_too_high(__func__, (limit)); \
    } while (false)
#define RSL_IRQL_AT_LEAST(limit)                                                                 \
    do {                                                                                         \
        if (::rsl::arch::irql() < (limit)) [[unlikely]] ::rsl::ke::irql_too_low(__func__, (limit)); \
    } while (false)
