/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests that need a second thread, a time-out, or the exported function behind a macro or an
 * inline function of the headers. */
#ifndef RSL_CONFORMANCE_THREADS_H
#define RSL_CONFORMANCE_THREADS_H

#include "conformance.h"

/* IMPORTED(KIRQL, KeGetCurrentIrql, VOID); declares ImportedKeGetCurrentIrql, which is what the
 * kernel exports by that name, whatever the headers make of the name itself: the import table's own
 * slot, for a function of that name would be the headers' inline one. */
#define IMPORTED(result, name, ...) \
    extern result(NTAPI* Imported##name)(__VA_ARGS__) __asm__("__imp_" #name)

#define HELPER_TIMEOUT_MS 5000

static __inline__ LARGE_INTEGER RelativeMs(LONG Milliseconds) {
    LARGE_INTEGER time;
    time.QuadPart = -10000LL * Milliseconds;
    return time;
}

/* Waits for an object, not for ever. */
static __inline__ NTSTATUS WaitMs(PVOID Object, LONG Milliseconds) {
    LARGE_INTEGER timeout = RelativeMs(Milliseconds);
    return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &timeout);
}

static __inline__ VOID PauseMs(LONG Milliseconds) {
    LARGE_INTEGER interval = RelativeMs(Milliseconds);
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

/* Looks until the condition holds, at most as long as a helper may take; whether it does. */
#define EVENTUALLY(condition)                           \
    ({                                                  \
        int left_ = HELPER_TIMEOUT_MS;                  \
        while (!(condition) && --left_ > 0) PauseMs(1); \
        left_ > 0;                                      \
    })

/* A system thread, referenced; NULL when there is none. Give it to EndHelper. It runs under __try,
 * as a test does: what it raises is reported. */
static __inline__ PETHREAD StartHelper(PKSTART_ROUTINE Routine, PVOID Context) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    PVOID thread = NULL;
    PVOID helper = ConformanceNewHelper(Routine, Context);
    if (helper == NULL) return NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL,
                                         ConformanceHelperThread, helper))) {
        ExFreePoolWithTag(helper, CONFORMANCE_TAG);
        return NULL;
    }
    if (!NT_SUCCESS(ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode,
                                              &thread, NULL)))
        thread = NULL;
    ZwClose(handle);
    return thread;
}

/* Whether it has ended in time; the reference is dropped. */
static __inline__ BOOLEAN EndHelper(PETHREAD Thread) {
    NTSTATUS status;
    if (Thread == NULL) return FALSE;
    status = WaitMs(Thread, HELPER_TIMEOUT_MS);
    ObDereferenceObject(Thread);
    return status == STATUS_SUCCESS;
}

/* Runs the routine in a thread of its own and waits for its end. */
static __inline__ BOOLEAN RunHelper(PKSTART_ROUTINE Routine, PVOID Context) {
    return EndHelper(StartHelper(Routine, Context));
}

#endif
