// SPDX-License-Identifier: GPL-2.0-only
// Wildcards, as FsRtlIsNameInExpression documents them. Pure.
#pragma once

#include <string_view>

#include "base/core/result.hpp"

namespace rsl::fsrtl {

/// How characters of a name compare with those of an expression.
enum class Folding : uint8_t {
    kExact,
    kName,   // the name's are upcased; the expression's are upper case already
    kTable,  // by the caller's table
};

/// Whether a name matches. kNoMemory for very long expressions.
Result<bool> matches(std::u16string_view expression, std::u16string_view name, Folding folding,
                     const char16_t* table = nullptr);

bool has_wildcards(std::u16string_view name);

}  // namespace rsl::fsrtl
