// SPDX-License-Identifier: GPL-2.0-only
// Compiling this file checks that every ABI header is C11 and that every layout holds.
#include "abi/functions/ndis.h"
#include "abi/nt.h"
#include "abi/private/rsl_ndis.h"

RSL_ABI_SIZE(void*, 8);
