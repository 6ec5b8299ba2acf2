// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"
#include "current.h"

static struct {
    KIRQL Irql;
    PEPROCESS Process;
    PVOID Context;
    BOOLEAN System, ApcsDisabled, AllApcsDisabled;
} Seen;

static VOID NTAPI Start(PVOID Context) {
    Seen.Irql = KeGetCurrentIrql();
    Seen.ApcsDisabled = KeAreApcsDisabled();
    Seen.AllApcsDisabled = KeAreAllApcsDisabled();
    Seen.Process = IoGetCurrentProcess();
    Seen.Context = Context;
    Seen.System = PsIsSystemThread(PsGetCurrentThread());
    PsTerminateSystemThread(STATUS_SUCCESS);
}

CONFORMANCE(PsCreateSystemThread, StartsTheRoutineInTheSystemProcess) {
    HANDLE handle = NULL;
    CLIENT_ID id = {NULL, NULL};
    OBJECT_ATTRIBUTES attributes;
    PVOID thread;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    REQUIRE(NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, &id,
                                            Start, (PVOID)0x21)));
    REQUIRE(NT_SUCCESS(
        ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL)));
    ZwClose(handle);
    CHECK_EQ(PsGetThreadId(thread), id.UniqueThread);
    CHECK_EQ(id.UniqueProcess, PsGetCurrentProcessId()); /* this one is a system thread, too */
    CHECK(EndHelper(thread));
    CHECK_EQ(Seen.Irql, PASSIVE_LEVEL);
    CHECK_EQ(Seen.Process, PsInitialSystemProcess);
    CHECK_EQ(Seen.Context, (PVOID)0x21);
    CHECK(Seen.System);
}

CONFORMANCE(PsCreateSystemThread, BeginsInACriticalRegion) {
    HANDLE handle = NULL;
    PVOID thread;
    REQUIRE(NT_SUCCESS(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Start, NULL)));
    REQUIRE(NT_SUCCESS(
        ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL)));
    ZwClose(handle);
    CHECK(EndHelper(thread));
    CHECK_EQ(Seen.ApcsDisabled, TRUE); /* normal kernel APCs */
    CHECK_EQ(Seen.AllApcsDisabled, FALSE);
}

CONFORMANCE(PsCreateSystemThread, TakesAnotherProcess) {
    HANDLE process = NULL, handle = NULL;
    PVOID thread;
    PEPROCESS client = StartClient(L"host.exe");
    REQUIRE(client != NULL);
    REQUIRE(NT_SUCCESS(OpenById(&process, PsGetProcessId(client), PROCESS_ALL_ACCESS)));
    REQUIRE(NT_SUCCESS(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, process, NULL, Start, NULL)));
    REQUIRE(NT_SUCCESS(
        ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL)));
    ZwClose(handle);
    CHECK(EndHelper(thread));
    CHECK_EQ(Seen.Process, client);
    ZwClose(process);
    EndClient(client);
}

CONFORMANCE(PsCreateSystemThread, RefusesAnInvalidProcessHandle) {
    HANDLE handle = NULL;
    CHECK_STATUS(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, (HANDLE)0x123450, NULL, Start, NULL),
        STATUS_INVALID_HANDLE);
}
