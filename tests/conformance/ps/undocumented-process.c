// SPDX-License-Identifier: GPL-2.0-only
// Who a process is: prototypes of public headers (ntifs.h); the facts are those of
// NtQueryInformationProcess, documented for user mode, and of Windows Internals, "Processes".
#include "clients.h"

NTKERNELAPI ULONG NTAPI PsGetCurrentProcessSessionId(VOID);
NTKERNELAPI ULONG NTAPI PsGetProcessSessionId(PEPROCESS Process);
NTKERNELAPI ULONG NTAPI PsGetProcessSessionIdEx(PEPROCESS Process);
NTKERNELAPI HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process);
NTKERNELAPI PUCHAR NTAPI PsGetProcessImageFileName(PEPROCESS Process);
NTKERNELAPI BOOLEAN NTAPI PsGetProcessExitProcessCalled(PEPROCESS Process);
NTKERNELAPI PVOID NTAPI PsGetProcessWow64Process(PEPROCESS Process);
NTKERNELAPI PVOID NTAPI PsGetCurrentProcessWow64Process(VOID);
NTKERNELAPI PVOID NTAPI PsGetProcessDebugPort(PEPROCESS Process);
NTKERNELAPI BOOLEAN NTAPI PsIsProcessBeingDebugged(PEPROCESS Process);
NTKERNELAPI BOOLEAN NTAPI PsIsProtectedProcess(PEPROCESS Process);
NTKERNELAPI BOOLEAN NTAPI PsIsProtectedProcessLight(PEPROCESS Process);
NTKERNELAPI BOOLEAN NTAPI PsIsSystemProcess(PEPROCESS Process);
NTKERNELAPI NTSTATUS NTAPI PsAcquireProcessExitSynchronization(PEPROCESS Process);
NTKERNELAPI VOID NTAPI PsReleaseProcessExitSynchronization(PEPROCESS Process);

CONFORMANCE(PsGetProcessSessionId, SystemIsInSessionZero) {
    CHECK_EQ(PsGetProcessSessionId(PsInitialSystemProcess), 0);
}
CONFORMANCE_IN_CALLER(PsGetCurrentProcessSessionId, IsThatOfTheCurrentProcess) {
    CHECK_EQ(PsGetCurrentProcessSessionId(), PsGetProcessSessionId(IoGetCurrentProcess()));
    CHECK(PsGetCurrentProcessSessionId() != 0);
}
CONFORMANCE_IN_CALLER(PsGetProcessSessionIdEx, AgreesWithTheOther) {
    CHECK_EQ(PsGetProcessSessionIdEx(IoGetCurrentProcess()), PsGetCurrentProcessSessionId());
}
CONFORMANCE(PsGetProcessInheritedFromUniqueProcessId, IsTheParent) {
    PEPROCESS client = StartClient(L"child.exe");
    REQUIRE(client != NULL);
    CHECK_EQ(PsGetProcessInheritedFromUniqueProcessId(client), (HANDLE)4);
    CHECK_EQ(PsGetProcessInheritedFromUniqueProcessId(PsInitialSystemProcess), NULL);
    EndClient(client);
}
CONFORMANCE(PsGetProcessImageFileName, HasTheFirstFifteenCharactersOfTheFileName) {
    PEPROCESS client = StartClient(L"C:\\folder\\a-rather-long-name.exe");
    REQUIRE(client != NULL);
    CHECK_BYTES(PsGetProcessImageFileName(client), "a-rather-long-n", 16);
    CHECK_BYTES(PsGetProcessImageFileName(PsInitialSystemProcess), "System", 7);
    EndClient(client);
}
CONFORMANCE(PsGetProcessExitProcessCalled, IsTrueOnceItEnds) {
    PEPROCESS client = StartClient(L"ends.exe");
    REQUIRE(client != NULL);
    CHECK(!PsGetProcessExitProcessCalled(client));
    RslTerminateClientProcess(client, 3);
    CHECK(PsGetProcessExitProcessCalled(client));
    ObDereferenceObject(client);
}
CONFORMANCE_IN_CALLER(PsGetProcessWow64Process, IsNullForANativeProcess) {
    CHECK_EQ(PsGetProcessWow64Process(IoGetCurrentProcess()), NULL);
}
CONFORMANCE_IN_CALLER(PsGetCurrentProcessWow64Process, IsNullForANativeProcess) {
    CHECK_EQ(PsGetCurrentProcessWow64Process(), NULL);
}
CONFORMANCE_IN_CALLER(PsGetProcessDebugPort, IsNullWithoutADebugger) {
    CHECK_EQ(PsGetProcessDebugPort(IoGetCurrentProcess()), NULL);
}
CONFORMANCE_IN_CALLER(PsIsProcessBeingDebugged, IsFalseWithoutADebugger) {
    CHECK(!PsIsProcessBeingDebugged(IoGetCurrentProcess()));
}
CONFORMANCE_IN_CALLER(PsIsProtectedProcess, IsFalseForAnOrdinaryOne) {
    CHECK(!PsIsProtectedProcess(IoGetCurrentProcess()));
}
CONFORMANCE_IN_CALLER(PsIsProtectedProcessLight, IsFalseForAnOrdinaryOne) {
    CHECK(!PsIsProtectedProcessLight(IoGetCurrentProcess()));
}
CONFORMANCE_IN_CALLER(PsIsSystemProcess, IsTrueForTheSystemProcessOnly) {
    CHECK(PsIsSystemProcess(PsInitialSystemProcess));
    CHECK(!PsIsSystemProcess(IoGetCurrentProcess()));
}
CONFORMANCE(PsAcquireProcessExitSynchronization, IsRefusedOnceTheProcessEnds) {
    PEPROCESS client = StartClient(L"held.exe");
    REQUIRE(client != NULL);
    CHECK_STATUS(PsAcquireProcessExitSynchronization(client), STATUS_SUCCESS);
    PsReleaseProcessExitSynchronization(client);
    RslTerminateClientProcess(client, 0);
    CHECK_STATUS(PsAcquireProcessExitSynchronization(client), STATUS_PROCESS_IS_TERMINATING);
    ObDereferenceObject(client);
}
static PEPROCESS Held;
static volatile LONG Ended;
static VOID NTAPI EndHeld(PVOID Context) {
    RslTerminateClientProcess(Held, 0);
    Ended = 1;
}
CONFORMANCE(PsReleaseProcessExitSynchronization, LetsTheProcessEnd) {
    PETHREAD ender;
    Held = StartClient(L"held.exe");
    REQUIRE(Held != NULL);
    Ended = 0;
    REQUIRE(NT_SUCCESS(PsAcquireProcessExitSynchronization(Held)));
    ender = StartHelper(EndHeld, NULL);
    CHECK(EVENTUALLY(PsGetProcessExitProcessCalled(Held)));
    CHECK_EQ(Ended, 0);
    AT_IRQL(APC_LEVEL, PsReleaseProcessExitSynchronization(Held));
    CHECK(EndHelper(ender));
    ObDereferenceObject(Held);
}
