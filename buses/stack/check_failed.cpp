// SPDX-License-Identifier: GPL-2.0-only
// A broken invariant in a driver of ours stops the machine.
#include "abi/functions/ke.h"
#include "base/core/check.hpp"

namespace rsl {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) {
    DbgPrint("%s:%d: broken invariant: %s\n", file, line, condition);
    KeBugCheckEx(0xE2 /* MANUALLY_INITIATED_CRASH */, reinterpret_cast<ULONG_PTR>(condition),
                 reinterpret_cast<ULONG_PTR>(file), static_cast<ULONG_PTR>(line), 0);
}

}  // namespace rsl
