// SPDX-License-Identifier: GPL-2.0-only
// Exports of kernel/rtl: memory, times, versions, random numbers, run-once. Strings are in
// rtl_string.h, tables in rtl_table.h, exceptions in rtl_exception.h.
#pragma once

#include "abi/functions/export.h"
#include "abi/types/rtl.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Memory
SIZE_T NTAPI RtlCompareMemory(const VOID* Source1, const VOID* Source2, SIZE_T Length);
SIZE_T NTAPI RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern);
VOID NTAPI RtlCopyMemory(PVOID Destination, const VOID* Source, SIZE_T Length);
VOID NTAPI RtlCopyMemoryNonTemporal(PVOID Destination, const VOID* Source, SIZE_T Length);
VOID NTAPI RtlMoveMemory(PVOID Destination, const VOID* Source, SIZE_T Length);
VOID NTAPI RtlFillMemory(PVOID Destination, SIZE_T Length, UCHAR Fill);
VOID NTAPI RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern);
VOID NTAPI RtlFillMemoryUlonglong(PVOID Destination, SIZE_T Length, ULONGLONG Pattern);
VOID NTAPI RtlZeroMemory(PVOID Destination, SIZE_T Length);
BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length);
VOID NTAPI RtlPrefetchMemoryNonTemporal(PVOID Source, SIZE_T Length);
USHORT NTAPI RtlUshortByteSwap(USHORT Source);
ULONG NTAPI RtlUlongByteSwap(ULONG Source);
ULONGLONG NTAPI RtlUlonglongByteSwap(ULONGLONG Source);
VOID NTAPI RtlCopyLuid(PLUID DestinationLuid, PLUID SourceLuid);

// ---- Times
VOID NTAPI RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
BOOLEAN NTAPI RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);
VOID NTAPI RtlTimeToElapsedTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
BOOLEAN NTAPI RtlTimeToSecondsSince1970(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
BOOLEAN NTAPI RtlTimeToSecondsSince1980(PLARGE_INTEGER Time, PULONG ElapsedSeconds);
VOID NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);
VOID NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, PLARGE_INTEGER Time);

// ---- Versions
NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation);
NTSTATUS NTAPI RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask);
ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition);
BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(ULONG Version);
BOOLEAN NTAPI RtlIsServicePackVersionInstalled(ULONG Version);

// ---- Random numbers
ULONG NTAPI RtlRandom(PULONG Seed);
ULONG NTAPI RtlRandomEx(PULONG Seed);

// ---- Run once
VOID NTAPI RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce);
NTSTATUS NTAPI RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce, PRTL_RUN_ONCE_INIT_FN InitFn, PVOID Parameter,
                                     PVOID* Context);
NTSTATUS NTAPI RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID* Context);
NTSTATUS NTAPI RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context);

#ifdef __cplusplus
}
#endif
