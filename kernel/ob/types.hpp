// SPDX-License-Identifier: GPL-2.0-only
// The list of object types, and those of ob's own that only wrap a dispatcher object.
#pragma once

#include "kernel/ob/object.hpp"

namespace rsl::ob {

/// All listed types, linked by next_listed. They never go away.
const ObjectType* first_type();

extern ObjectType kTypeType;       // body: a pointer to the ObjectType; what lies in \ObjectTypes
extern ObjectType kEventType;      // body: KEVENT
extern ObjectType kSemaphoreType;  // body: KSEMAPHORE
extern ObjectType kMutantType;     // body: KMUTANT
extern ObjectType kTimerType;      // body begins with a KTIMER

/// Maps generic rights by the type's mapping; what is left are standard and specific rights.
uint32_t map_generic(uint32_t access, const GENERIC_MAPPING& mapping);

/// Puts every listed type that is not there yet into \ObjectTypes. Called before it is shown.
void publish_types();

}  // namespace rsl::ob
