// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi/types/ke.h"

namespace rsl::ke {

/// KeIpiGenericCall: runs the worker on every processor at IPI_LEVEL, all at once. Our own result.
ULONG_PTR broadcast(PKIPI_BROADCAST_WORKER worker, ULONG_PTR argument);

/// Runs the routine at IPI_LEVEL while every other processor stands still. It is short and takes no lock.
/// IRQL <= DISPATCH_LEVEL, no spin lock held.
void run_alone(void (*routine)(void* argument), void* argument);

}  // namespace rsl::ke
