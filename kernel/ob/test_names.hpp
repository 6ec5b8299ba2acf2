// SPDX-License-Identifier: GPL-2.0-only
// For tests: counted strings and object attributes from literals, and handles that close
// themselves.
#pragma once

#include <string_view>

#include "abi/functions/ob.h"

namespace rsl::testing {

/// A UNICODE_STRING on a literal.
struct Name {
    Name(const char16_t* text) : string{} {
        const std::u16string_view view(text);
        string.Length = string.MaximumLength = static_cast<USHORT>(view.size() * sizeof(char16_t));
        string.Buffer = const_cast<PWSTR>(text);
    }
    operator PUNICODE_STRING() { return &string; }
    UNICODE_STRING string;
};

/// Attributes with a name; kernel handles unless told otherwise.
struct Attributes {
    Attributes(const char16_t* text, ULONG flags = 0, HANDLE root = nullptr)
        : name(text),
          block{sizeof(OBJECT_ATTRIBUTES),
                root,
                text != nullptr ? &name.string : nullptr,
                flags | OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                nullptr,
                nullptr} {}
    Attributes()
        : name(u""),
          block{sizeof(OBJECT_ATTRIBUTES), nullptr, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr} {}
    operator POBJECT_ATTRIBUTES() { return &block; }
    Name name;
    OBJECT_ATTRIBUTES block;
};

/// A kernel handle that is closed in the end.
struct Handle {
    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { close(); }
    NTSTATUS close() {
        const HANDLE old = value;
        value = nullptr;
        return old != nullptr ? ZwClose(old) : 0;
    }
    operator HANDLE() const { return value; }
    PHANDLE out() { return &value; }
    HANDLE value = nullptr;
};

}  // namespace rsl::testing
