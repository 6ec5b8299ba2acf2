// SPDX-License-Identifier: GPL-2.0-only
// Doubles as text, exactly rounded, with integer arithmetic only: the kernel does not touch
// floating-point registers. For the printf engine.
#pragma once

#include <cstdint>

namespace rsl::rtl {

inline constexpr int kMaxFloatPrecision = 120;

/// The digits without the sign. "inf" and "nan" are not finite.
struct FloatText {
    char digits[448];
    int length = 0;
    bool negative = false;
    bool finite = true;
};

/// `type` is one of e E f F g G; a precision above kMaxFloatPrecision is cut to it. `alternate` keeps
/// the decimal point, and %g's trailing zeros.
void format_double(uint64_t bits, char type, int precision, bool alternate, FloatText& out);

}  // namespace rsl::rtl
