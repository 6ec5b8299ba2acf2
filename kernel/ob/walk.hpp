// SPDX-License-Identifier: GPL-2.0-only
// One walk through the namespace, for opening and for naming.
#pragma once

#include <string_view>

#include "kernel/ob/object.hpp"

namespace rsl::ob {

/// What to walk to, and what to do there.
struct WalkRequest {
    void* root = nullptr;  // nullptr: `\`, and the path begins with a backslash. Borrowed
    std::u16string_view path;
    const ObjectType* wanted_type = nullptr;  // nullptr: any
    uint32_t attributes = 0;
    uint32_t desired_access = 0;
    KPROCESSOR_MODE mode = KernelMode;
    void* parse_context = nullptr;
    void* to_insert = nullptr;  // named here if the last component is free. Borrowed
};

/// The object at the path, one reference for the caller; `to_insert` itself when it was named.
Result<void*> walk(const WalkRequest& request);

}  // namespace rsl::ob
