// SPDX-License-Identifier: GPL-2.0-only
// What the shipped kernel answers to test=FILTER: it has no tests.
#include "abi/types/bugcheck.h"
#include "kernel/init/test_run.hpp"
#include "kernel/ke/bug_check.hpp"

namespace rsl::init {

void run_tests(std::string_view) {
    ke::bug_check(PHASE1_INITIALIZATION_FAILED, 0, 0, 0, 0, {"test= is for the test kernel (share/rsl/test/guest.cpio)", nullptr});
}

}  // namespace rsl::init
