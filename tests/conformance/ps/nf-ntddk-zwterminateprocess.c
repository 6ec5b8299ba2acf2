// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

NTKERNELAPI NTSTATUS NTAPI PsGetProcessExitStatus(PEPROCESS Process);
NTSYSAPI NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);
NTKERNELAPI VOID NTAPI RslOnTermination(PEPROCESS Process, VOID(NTAPI* Routine)(PVOID Context), PVOID Context);

static VOID NTAPI Asked(PVOID Context) { InterlockedIncrement(Context); }

static HANDLE OpenClient(PEPROCESS Client, ACCESS_MASK Access) {
    HANDLE handle = NULL;
    CHECK_SUCCESS(ObOpenObjectByPointer(Client, OBJ_KERNEL_HANDLE, NULL, Access, *PsProcessType, KernelMode, &handle));
    return handle;
}

CONFORMANCE(ZwTerminateProcess, EndsAProcessWithItsStatus) {
    volatile LONG asked = 0;
    PEPROCESS client = StartClient(L"victim.exe");
    HANDLE handle;
    REQUIRE(client != NULL);
    RslOnTermination(client, Asked, (PVOID)&asked);
    handle = OpenClient(client, PROCESS_ALL_ACCESS);
    CHECK_STATUS(ZwTerminateProcess(handle, 0xC0001234), STATUS_SUCCESS);
    CHECK_EQ(asked, 1);
    CHECK_STATUS(ZwTerminateProcess(handle, 7), STATUS_PROCESS_IS_TERMINATING);
    CHECK_EQ(asked, 1);
    RslTerminateClientProcess(client, STATUS_SUCCESS); /* what its server does then */
    CHECK_STATUS(WaitMs(client, 0), STATUS_SUCCESS);
    CHECK_EQ(PsGetProcessExitStatus(client), (NTSTATUS)0xC0001234);
    ZwClose(handle);
    ObDereferenceObject(client);
}

CONFORMANCE(ZwTerminateProcess, RefusesHandlesThatAreNone) {
    CHECK_STATUS(ZwTerminateProcess((HANDLE)0x7FF0, 0), STATUS_INVALID_HANDLE);
}

CONFORMANCE(ZwTerminateProcess, RefusesTheSystemProcess) {
    HANDLE handle;
    SKIP_UNLESS(!ConformanceInUserMode(), "the system process is an ordinary one here, and this test runs in it");
    handle = OpenClient(PsInitialSystemProcess, PROCESS_ALL_ACCESS);
    CHECK_STATUS(ZwTerminateProcess(handle, 0), STATUS_ACCESS_DENIED);
    ZwClose(handle);
}

CONFORMANCE(NtTerminateProcess, EndsAProcessWithItsStatus) {
    volatile LONG asked = 0;
    PEPROCESS client = StartClient(L"victim.exe");
    HANDLE handle;
    REQUIRE(client != NULL);
    RslOnTermination(client, Asked, (PVOID)&asked);
    handle = OpenClient(client, PROCESS_ALL_ACCESS);
    CHECK_STATUS(NtTerminateProcess(handle, 5), STATUS_SUCCESS);
    CHECK_EQ(asked, 1);
    RslTerminateClientProcess(client, STATUS_SUCCESS);
    CHECK_EQ(PsGetProcessExitStatus(client), 5);
    ZwClose(handle);
    ObDereferenceObject(client);
}

CONFORMANCE(RslOnTermination, AsksOnlyWhenADriverEndsTheProcess) {
    volatile LONG asked = 0;
    PEPROCESS client = StartClient(L"victim.exe");
    REQUIRE(client != NULL);
    RslOnTermination(client, Asked, (PVOID)&asked);
    RslTerminateClientProcess(client, 3);
    CHECK_EQ(asked, 0);
    CHECK_EQ(PsGetProcessExitStatus(client), 3);
    ObDereferenceObject(client);
}
