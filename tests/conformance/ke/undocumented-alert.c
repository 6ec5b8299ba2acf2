// SPDX-License-Identifier: GPL-2.0-only
// Alerts: prototypes of public headers; docs "Waits and APCs" say what an alert does to a wait. The
// Nt and Zw routines are described with NtDelayExecution's user-mode relatives (SleepEx,
// SwitchToThread).
#include "threads.h"

NTKERNELAPI BOOLEAN NTAPI KeAlertThread(PKTHREAD Thread, KPROCESSOR_MODE Mode);
NTKERNELAPI BOOLEAN NTAPI KeTestAlertThread(KPROCESSOR_MODE Mode);
NTSYSAPI NTSTATUS NTAPI NtTestAlert(VOID);
NTSYSAPI NTSTATUS NTAPI ZwTestAlert(VOID);
NTSYSAPI NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER Interval);
NTSYSAPI NTSTATUS NTAPI ZwDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER Interval);

static KEVENT Never;

static VOID NTAPI WaitAlertable(PVOID Context) {
    LARGE_INTEGER timeout = RelativeMs(HELPER_TIMEOUT_MS / 2);
    *(NTSTATUS*)Context = KeWaitForSingleObject(&Never, Executive, KernelMode, TRUE, &timeout);
}

CONFORMANCE(KeAlertThread, EndsAnAlertableWait) {
    static NTSTATUS status;
    PETHREAD thread;
    status = STATUS_UNSUCCESSFUL;
    KeInitializeEvent(&Never, NotificationEvent, FALSE);
    thread = StartHelper(WaitAlertable, &status);
    REQUIRE(thread != NULL);
    AT_IRQL(DISPATCH_LEVEL, KeAlertThread((PKTHREAD)thread, KernelMode));
    CHECK(EndHelper(thread));
    CHECK_STATUS(status, STATUS_ALERTED);
}

CONFORMANCE(KeTestAlertThread, TestsAndClears) {
    CHECK(!KeTestAlertThread(KernelMode));
    CHECK(!KeAlertThread(KeGetCurrentThread(), KernelMode));
    CHECK(KeTestAlertThread(KernelMode));
    CHECK(!KeTestAlertThread(KernelMode));
}

CONFORMANCE(NtTestAlert, TestsAndClears) {
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    CHECK_STATUS(NtTestAlert(), STATUS_ALERTED);
    CHECK_STATUS(NtTestAlert(), STATUS_SUCCESS);
}

CONFORMANCE(ZwTestAlert, TestsAndClears) {
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    CHECK_STATUS(ZwTestAlert(), STATUS_ALERTED);
    CHECK_STATUS(ZwTestAlert(), STATUS_SUCCESS);
}

CONFORMANCE(NtDelayExecution, LastsAtLeastTheInterval) {
    LARGE_INTEGER interval = RelativeMs(5);
    ULONGLONG start = KeQueryInterruptTime();
    CHECK_STATUS(NtDelayExecution(FALSE, &interval), STATUS_SUCCESS);
    CHECK(KeQueryInterruptTime() - start >= 50000);
}

CONFORMANCE_IN_CALLER(NtDelayExecution, RefusesAKernelAddressOfAUser) {
    static LARGE_INTEGER interval;
    CHECK_STATUS(NtDelayExecution(FALSE, &interval), STATUS_ACCESS_VIOLATION);
}

CONFORMANCE(ZwDelayExecution, EndsWithAnAlert) {
    LARGE_INTEGER interval = RelativeMs(HELPER_TIMEOUT_MS);
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    CHECK_STATUS(ZwDelayExecution(TRUE, &interval), STATUS_ALERTED);
}
