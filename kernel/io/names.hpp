// SPDX-License-Identifier: GPL-2.0-only
// NT's counted strings as views.
#pragma once

#include <string_view>

#include "abi/types/basic.h"

namespace rsl::io {

/// The text of a string that may be missing; empty then.
inline std::u16string_view text_of(const UNICODE_STRING* string) {
    if (string == nullptr) return {};
    return {string->Buffer, string->Length / sizeof(WCHAR)};
}

}  // namespace rsl::io
