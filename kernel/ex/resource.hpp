// SPDX-License-Identifier: GPL-2.0-only
// ERESOURCE: shared and exclusive ownership that nests, by thread. Ownership is handed over to waiters,
// so that nobody overtakes. Callers hold off normal kernel APCs.
#pragma once

#include "abi/types/ex.h"

namespace rsl::ex {

enum class Shared : uint8_t {
    kFair,              // behind waiting writers, unless it is shared by the thread already
    kStarveExclusive,   // before waiting writers
    kWaitForExclusive,  // behind waiting writers, always
};

void initialize_resource(ERESOURCE& resource);
void reinitialize_resource(ERESOURCE& resource);
void delete_resource(ERESOURCE& resource);

/// False only without `wait`. IRQL <= APC_LEVEL.
bool acquire_exclusive(ERESOURCE& resource, bool wait);
bool acquire_shared(ERESOURCE& resource, bool wait, Shared how);
/// Bug check RESOURCE_NOT_OWNED when `thread` does not own it. IRQL <= DISPATCH_LEVEL.
void release_resource(ERESOURCE& resource, ERESOURCE_THREAD thread);
void convert_to_shared(ERESOURCE& resource);
void set_owner(ERESOURCE& resource, void* owner);

ERESOURCE_THREAD current_owner();
bool is_exclusive_owner(ERESOURCE& resource);
/// How often the running thread holds it, either way.
uint32_t times_held(ERESOURCE& resource);

}  // namespace rsl::ex
