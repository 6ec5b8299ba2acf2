// SPDX-License-Identifier: GPL-2.0-only
// A name of ours as Nt* calls take it. Both borrow: the text, and the string.
#pragma once

#include <cstdint>
#include <string>

#include "abi/types/basic.h"

namespace rsl::wine {

inline UNICODE_STRING string_of(std::u16string& text) {
    UNICODE_STRING string{};
    string.Length = static_cast<uint16_t>(text.size() * sizeof(char16_t));
    string.MaximumLength = string.Length;
    string.Buffer = reinterpret_cast<decltype(string.Buffer)>(text.data());
    return string;
}

inline OBJECT_ATTRIBUTES attributes_of(UNICODE_STRING& name, uint64_t root = 0) {
    OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof(attributes);
    attributes.RootDirectory = reinterpret_cast<decltype(attributes.RootDirectory)>(root);
    attributes.ObjectName = &name;
    attributes.Attributes = OBJ_CASE_INSENSITIVE;
    return attributes;
}

}  // namespace rsl::wine
