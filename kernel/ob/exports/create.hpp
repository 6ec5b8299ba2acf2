// SPDX-License-Identifier: GPL-2.0-only
// What NtCreateXxx and NtOpenXxx have in common: attributes, the object, a handle to the caller.
#pragma once

#include "abi/types/status.h"
#include "kernel/ob/attributes.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

namespace rsl::ob {

/// Gives the caller its handle; takes it back when the caller's memory cannot be written.
inline NTSTATUS deliver(PHANDLE out, HANDLE handle, KPROCESSOR_MODE mode, NTSTATUS status) {
    const auto written = ps::write_out(out, handle, mode);
    if (written) return status;
    close_handle(handle, mode).ignore("made just now");
    return written.failure().nt();
}

/// make() -> Result<void*>: a new object's body with one reference.
template <typename Make>
NTSTATUS create_named(PHANDLE out, ACCESS_MASK desired, const OBJECT_ATTRIBUTES* attributes, Make&& make) {
    const KPROCESSOR_MODE mode = ps::previous_mode();
    auto captured = CapturedAttributes::capture(attributes, mode);
    if (!captured) return captured.failure().nt();
    Result<void*> body = make();
    if (!body) return body.failure().nt();
    auto created = insert_object(*body, *captured, desired);
    if (!created) return created.failure().nt();
    return deliver(out, created->handle, mode,
                   created->outcome == Outcome::kExisted ? STATUS_OBJECT_NAME_EXISTS : STATUS_SUCCESS);
}

inline NTSTATUS open_named(PHANDLE out, ACCESS_MASK desired, const OBJECT_ATTRIBUTES* attributes,
                           const ObjectType& type) {
    const KPROCESSOR_MODE mode = ps::previous_mode();
    auto handle = open_handle(attributes, &type, desired, mode);
    if (!handle) return handle.failure().nt();
    return deliver(out, *handle, mode, STATUS_SUCCESS);
}

}  // namespace rsl::ob
