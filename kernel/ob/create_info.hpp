// SPDX-License-Identifier: GPL-2.0-only
// Objects that drivers make in two steps: ObCreateObject keeps name and security, ObInsertObject
// uses them.
#pragma once

#include "kernel/ob/attributes.hpp"

namespace rsl::ob {

/// A new object with what its attributes ask for kept aside. One reference. PASSIVE_LEVEL.
/// STATUS_NOT_SUPPORTED for types whose bodies only the kernel can make.
Result<void*> create_for_driver(const ObjectType& type, const OBJECT_ATTRIBUTES* attributes,
                                uint64_t body_bytes, KPROCESSOR_MODE probe_mode);

struct DriverInsertion {
    uint32_t desired_access;
    uint32_t bias;      // further references for the caller
    bool wants_handle;  // otherwise the caller keeps its reference
};
/// Names the object and gives it a handle. The caller's reference goes with the handle, and on
/// failure.
Result<Created> insert_for_driver(void* body, const DriverInsertion& how);

/// Frees what is kept for an object that goes without having been inserted. Any IRQL <=
/// DISPATCH_LEVEL.
void drop_create_info(void* body);

}  // namespace rsl::ob
