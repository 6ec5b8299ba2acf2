// SPDX-License-Identifier: GPL-2.0-only
// What libstdc++'s freestanding headers call when a precondition is broken: a broken invariant.
#include "base/core/check.hpp"

namespace std {

[[noreturn]] void __throw_out_of_range_fmt(const char* what, ...) {
    rsl::check_failed(what, "standard library", 0);
}

}  // namespace std
