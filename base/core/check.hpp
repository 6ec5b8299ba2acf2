// SPDX-License-Identifier: GPL-2.0-only
// RSL_CHECK: an invariant of our own. A broken one stops the machine (kernel) or process (host), in
// release builds too. Never for what a peer, a user or a file may cause: those are errors.
#pragma once

namespace rsl {

/// Reports a broken invariant and does not return: a bug check in the kernel, abort() on the host.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace rsl

#define RSL_CHECK(cond)                                                  \
    do {                                                                 \
        if (!(cond)) [[unlikely]]                                        \
            ::rsl::check_failed(#cond, __FILE_NAME__, __LINE__);         \
    } while (false)
