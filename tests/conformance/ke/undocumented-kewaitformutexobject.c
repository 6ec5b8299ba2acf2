// SPDX-License-Identifier: GPL-2.0-only
// A macro of wdm.h for KeWaitForSingleObject; older drivers import it.
#include "threads.h"

IMPORTED(NTSTATUS, KeWaitForMutexObject, PVOID, KWAIT_REASON, KPROCESSOR_MODE, BOOLEAN,
         PLARGE_INTEGER);

CONFORMANCE(KeWaitForMutexObject, TakesTheMutex) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    CHECK_STATUS(ImportedKeWaitForMutexObject(&mutex, Executive, KernelMode, FALSE, NULL),
                 STATUS_SUCCESS);
    CHECK_EQ(KeReadStateMutex(&mutex), 0);
    KeReleaseMutex(&mutex, FALSE);
}
