// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/rtl that fit nowhere else: the running user, features of the system, wide
// numbers, checksums.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/basic.h"

#ifdef __cplusplus
extern "C" {
#endif

NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING CurrentUserKeyPath);
BOOLEAN NTAPI RtlIsStateSeparationEnabled(VOID);
ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask);
NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength, PWSTR String);

#ifdef __cplusplus
}
#endif
