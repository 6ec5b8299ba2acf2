// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/irql.hpp"

#include "abi/types/bugcheck.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ke {

KIRQL raise_irql(KIRQL level) {
    const KIRQL old = arch::irql();
    if (level == old) return old;  // writing the level costs ten times what reading it does
    if (level < old) [[unlikely]] {
        bug_check(IRQL_NOT_GREATER_OR_EQUAL, level, old, 0, 0,
                  {.explanation = "raising the IRQL to a level below the current one"});
    }
    arch::set_irql(level);
    return old;
}

void lower_irql(KIRQL level) {
    const KIRQL old = arch::irql();
    if (level == old) return;
    if (level > old) [[unlikely]] {
        bug_check(IRQL_NOT_LESS_OR_EQUAL, level, old, 0, 0,
                  {.explanation = "lowering the IRQL to a level above the current one"});
    }
    const uint8_t wanted = arch::processor().software_wanted.load(std::memory_order_relaxed);
    if (wanted == 0 || level >= DISPATCH_LEVEL || !arch::interrupts_enabled()) [[likely]] {
        arch::set_irql(level);  // what an interrupt asks for from here on comes by itself
        return;
    }
    // Done here, it need not come by an interrupt to ourselves. One that was asked for finds nothing.
    arch::disable_interrupts();
    if (old < DISPATCH_LEVEL) {
        arch::set_irql(level);
        run_wanted(level);
    } else {
        run_wanted(level);  // raises and lowers by itself
        if (arch::irql() != level) arch::set_irql(level);
    }
    arch::restore_interrupts(true);
}

void irql_too_high(const char* function, KIRQL limit) {
    bug_check(IRQL_NOT_LESS_OR_EQUAL, reinterpret_cast<uint64_t>(function), arch::irql(), limit,
              reinterpret_cast<uint64_t>(__builtin_return_address(0)),
              {.explanation = "called at an IRQL above what its documentation allows",
               .function = function});
}

void irql_too_low(const char* function, KIRQL limit) {
    bug_check(IRQL_NOT_GREATER_OR_EQUAL, reinterpret_cast<uint64_t>(function), arch::irql(), limit,
              reinterpret_cast<uint64_t>(__builtin_return_address(0)),
              {.explanation = "called at an IRQL below what its documentation demands",
               .function = function});
}

}  // namespace rsl::ke
