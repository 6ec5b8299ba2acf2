// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG, ExGetFirmwareType, VOID);

CONFORMANCE(ExGetFirmwareType, IsOneWithoutVariables) { CHECK_EQ(ImportedExGetFirmwareType(), 1); }
