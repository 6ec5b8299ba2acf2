// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtFlushInstructionCache of public headers (phnt); FlushInstructionCache
// (processthreadsapi.h).
#include "memory.h"

NTSYSAPI NTSTATUS NTAPI NtFlushInstructionCache(HANDLE, PVOID, ULONG);
NTSYSAPI NTSTATUS NTAPI ZwFlushInstructionCache(HANDLE, PVOID, ULONG);

static VOID WantsAProcess(NTSTATUS(NTAPI* Flush)(HANDLE, PVOID, ULONG)) {
    CHECK_STATUS(Flush(NtCurrentProcess(), (PVOID)&ConformanceDriver, 16), STATUS_SUCCESS);
    CHECK_STATUS(Flush(NtCurrentProcess(), NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(Flush(NO_HANDLE, NULL, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(Flush(NtCurrentThread(), NULL, 0), STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtFlushInstructionCache, WantsAProcess) { WantsAProcess(NtFlushInstructionCache); }
CONFORMANCE(ZwFlushInstructionCache, WantsAProcess) { WantsAProcess(ZwFlushInstructionCache); }
