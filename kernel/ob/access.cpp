// SPDX-License-Identifier: GPL-2.0-only
// From what a caller asks for to a handle: generic rights, the object's security, callbacks.
#include "abi/types/status.h"
#include "kernel/ob/object.hpp"
#include "kernel/ob/types.hpp"

namespace rsl::ob {

Result<HANDLE> create_handle(void* body, uint32_t desired_access, uint32_t attributes,
                             KPROCESSOR_MODE) {
    const ObjectType& type = *header_of(body).type;
    uint32_t granted = map_generic(desired_access, type.mapping);
    if ((granted & MAXIMUM_ALLOWED) != 0) granted = (granted & ~MAXIMUM_ALLOWED) | type.valid_access;
    return insert_handle(body, granted, attributes);
}

}  // namespace rsl::ob
