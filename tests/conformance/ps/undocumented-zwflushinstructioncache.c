// SPDX-License-Identifier: GPL-2.0-only
// Documented for user mode as FlushInstructionCache.
#include "threads.h"

IMPORTED(NTSTATUS, NtFlushInstructionCache, HANDLE, PVOID, SIZE_T);
IMPORTED(NTSTATUS, ZwFlushInstructionCache, HANDLE, PVOID, SIZE_T);

CONFORMANCE(ZwFlushInstructionCache, SucceedsForAProcess) {
    CHECK_STATUS(ImportedZwFlushInstructionCache(NtCurrentProcess(), NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(ImportedZwFlushInstructionCache((HANDLE)0x1234560, NULL, 0),
                 STATUS_INVALID_HANDLE);
}

CONFORMANCE(NtFlushInstructionCache, SucceedsForAProcess) {
    CHECK_STATUS(ImportedNtFlushInstructionCache(NtCurrentProcess(), NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(ImportedNtFlushInstructionCache(NtCurrentThread(), NULL, 0),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
