// SPDX-License-Identifier: GPL-2.0-only
// The object types that drivers name: variables that point at ours. Their public declarations
// (abi/functions/ob.h) have NT's opaque type, so that header is not included here.
#include "kernel/ob/types.hpp"
#include "abi/functions/export.h"

RSL_EXPORT {
    constinit rsl::ob::ObjectType* ExEventObjectType = &rsl::ob::kEventType;
    constinit rsl::ob::ObjectType* ExSemaphoreObjectType = &rsl::ob::kSemaphoreType;
    constinit rsl::ob::ObjectType* ExMutantObjectType = &rsl::ob::kMutantType;
    constinit rsl::ob::ObjectType* ExTimerObjectType = &rsl::ob::kTimerType;
}
