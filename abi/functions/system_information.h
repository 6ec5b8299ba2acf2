// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/ex: facts about the running system.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/system_information.h"

#ifdef __cplusplus
extern "C" {
#endif

NTSTATUS NTAPI NtQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass, PVOID SystemInformation,
                                        ULONG SystemInformationLength, PULONG ReturnLength);
NTSTATUS NTAPI ZwQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass, PVOID SystemInformation,
                                        ULONG SystemInformationLength, PULONG ReturnLength);

#ifdef __cplusplus
}
#endif
