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

NTSTATUS NTAPI NtQuerySystemInformationEx(SYSTEM_INFORMATION_CLASS SystemInformationClass, PVOID InputBuffer,
                                          ULONG InputBufferLength, PVOID SystemInformation,
                                          ULONG SystemInformationLength, PULONG ReturnLength);
NTSTATUS NTAPI NtSetSystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass, PVOID SystemInformation,
                                      ULONG SystemInformationLength);
NTSTATUS NTAPI ZwSetSystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass, PVOID SystemInformation,
                                      ULONG SystemInformationLength);
NTSTATUS NTAPI KeQueryLogicalProcessorRelationship(PPROCESSOR_NUMBER ProcessorNumber, ULONG RelationshipType,
                                                   PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX Information,
                                                   PULONG Length);

#ifdef __cplusplus
}
#endif
