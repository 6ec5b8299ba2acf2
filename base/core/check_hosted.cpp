// SPDX-License-Identifier: GPL-2.0-only
// The host's end of RSL_CHECK. The kernel's is in kernel/ke.
#include <cstdio>
#include <cstdlib>

#include "base/core/check.hpp"

namespace rsl {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
    std::abort();
}

}  // namespace rsl
