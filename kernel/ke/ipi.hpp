// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi/types/ke.h"

namespace rsl::ke {

/// KeIpiGenericCall: runs the worker on every processor at IPI_LEVEL, all at once. Our own result.
ULONG_PTR broadcast(PKIPI_BROADCAST_WORKER worker, ULONG_PTR argument);

}  // namespace rsl::ke
