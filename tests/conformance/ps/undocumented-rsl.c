// SPDX-License-Identifier: GPL-2.0-only
// What rslserver.sys uses of this kernel: docs/adr/0007-private-interface.md.
#include "clients.h"

NTKERNELAPI NTSTATUS NTAPI RslInspect(PCSTR Path, PSTR Buffer, SIZE_T Bytes, SIZE_T* Needed);

CONFORMANCE(RslInspect, WritesStateAsText) {
    static CHAR text[8192];
    SIZE_T needed = 0;
    CHECK_STATUS(RslInspect("kernel/ke/processors", text, sizeof(text), &needed), STATUS_SUCCESS);
    CHECK(needed > 2 && (text[0] == '[' || text[0] == '{'));
    CHECK_STATUS(RslInspect("kernel/ke/processors", text, 1, &needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(RslInspect("no/such/path", text, sizeof(text), &needed),
                 STATUS_OBJECT_PATH_NOT_FOUND);
}
CONFORMANCE(RslCreateClientProcess, MakesAProcessWithAnIdentifier) {
    PEPROCESS client = StartClient(L"made.exe"), found = NULL;
    REQUIRE(client != NULL);
    CHECK_STATUS(PsLookupProcessByProcessId(PsGetProcessId(client), &found), STATUS_SUCCESS);
    CHECK_EQ(found, client);
    ObDereferenceObject(found);
    EndClient(client);
}
CONFORMANCE(RslTerminateClientProcess, SignalsTheProcess) {
    PEPROCESS client = StartClient(L"made.exe");
    REQUIRE(client != NULL);
    CHECK_STATUS(WaitMs(client, 0), STATUS_TIMEOUT);
    RslTerminateClientProcess(client, 0);
    CHECK_STATUS(WaitMs(client, 0), STATUS_SUCCESS);
    ObDereferenceObject(client);
}
static VOID NTAPI Tell(PVOID Context) {
    CHECK_EQ(IoGetCurrentProcess(), (PEPROCESS)Context);
    CHECK_EQ(ExGetPreviousMode(), UserMode);
}
CONFORMANCE(RslCreateClientThread, RunsInTheClientWithUserMode) {
    PEPROCESS client = StartClient(L"made.exe");
    PETHREAD thread;
    REQUIRE(client != NULL);
    CHECK(RunInClient(client, Tell, client));
    RslTerminateClientProcess(client, 0);
    CHECK_STATUS(RslCreateClientThread(client, Tell, client, &thread),
                 STATUS_PROCESS_IS_TERMINATING);
    ObDereferenceObject(client);
}
CONFORMANCE(RslAllocateClientMemory, GivesZeroedPagesThatAnAttachedThreadReaches) {
    PEPROCESS client = StartClient(L"made.exe");
    PVOID address = NULL;
    KAPC_STATE state;
    REQUIRE(client != NULL);
    REQUIRE(NT_SUCCESS(RslAllocateClientMemory(client, 0x3000, &address)));
    CHECK(address < MmHighestUserAddress);
    KeStackAttachProcess((PKPROCESS)client, &state);
    CHECK_EQ(((volatile ULONG*)address)[0x800], 0);
    ((volatile ULONG*)address)[0x800] = 0x1234;
    KeUnstackDetachProcess(&state);
    KeStackAttachProcess((PKPROCESS)client, &state);
    CHECK_EQ(((volatile ULONG*)address)[0x800], 0x1234);
    KeUnstackDetachProcess(&state);
    EndClient(client);
}
CONFORMANCE(RslFreeClientMemory, TakesThePagesAway) {
    PEPROCESS client = StartClient(L"made.exe");
    PVOID address = NULL;
    KAPC_STATE state;
    REQUIRE(client != NULL);
    REQUIRE(NT_SUCCESS(RslAllocateClientMemory(client, 0x1000, &address)));
    CHECK_STATUS(RslFreeClientMemory(client, address), STATUS_SUCCESS);
    KeStackAttachProcess((PKPROCESS)client, &state);
    CHECK_RAISES(*(volatile ULONG*)address, STATUS_ACCESS_VIOLATION);
    KeUnstackDetachProcess(&state);
    CHECK(!NT_SUCCESS(RslFreeClientMemory(client, address)));
    EndClient(client);
}
CONFORMANCE(RslMapClientMemory, MapsPhysicalPages) {
    PEPROCESS client = StartClient(L"made.exe");
    PHYSICAL_ADDRESS highest = {.QuadPart = -1};
    volatile ULONG* page = MmAllocateContiguousMemory(0x1000, highest);
    PVOID address = NULL;
    KAPC_STATE state;
    REQUIRE(client != NULL && page != NULL);
    page[5] = 0x4321;
    REQUIRE(NT_SUCCESS(
        RslMapClientMemory(client, MmGetPhysicalAddress((PVOID)page), 0x1000, &address)));
    KeStackAttachProcess((PKPROCESS)client, &state);
    CHECK_EQ(((volatile ULONG*)address)[5], 0x4321);
    KeUnstackDetachProcess(&state);
    CHECK_STATUS(RslFreeClientMemory(client, address), STATUS_SUCCESS);
    EndClient(client);
    MmFreeContiguousMemory((PVOID)page);
}
typedef struct _TEST_LENDER {
    PVOID Context;
    NTSTATUS(NTAPI* Fetch)(PVOID Context, ULONG64 Address, BOOLEAN Write, PULONG Pages, const VOID** Content,
                           PULONG64 Writable);
    VOID(NTAPI* Return)(PVOID Context, ULONG64 Address, const VOID* Bytes, ULONG Count);
    VOID(NTAPI* Flush)(PVOID Context);
} TEST_LENDER;
NTKERNELAPI NTSTATUS NTAPI RslBorrowClientMemory(PEPROCESS Process, const TEST_LENDER* Lender);
NTKERNELAPI VOID NTAPI RslReturnClientMemory(PEPROCESS Process);

/* A program that has one page, writable. */
static ULONG LentPage[1024], LentWrites;
#define LENT_ADDRESS 0x7F0012340000ULL
static NTSTATUS NTAPI LendPage(PVOID Context, ULONG64 Address, BOOLEAN Write, PULONG Pages, const VOID** Content, PULONG64 Writable) {
    CHECK_EQ(Context, LentPage);
    if (Address != LENT_ADDRESS) return STATUS_ACCESS_VIOLATION;
    *Pages = 1;
    *Content = LentPage;
    *Writable = Write;
    return STATUS_SUCCESS;
}
static VOID NTAPI TakeBytes(PVOID Context, ULONG64 Address, const VOID* Bytes, ULONG Count) {
    LentWrites++;
    RtlCopyMemory((PUCHAR)Context + (Address - LENT_ADDRESS), Bytes, Count);
}
static VOID NTAPI TakeNoMore(PVOID Context) { CHECK_EQ(Context, LentPage); }
static PEPROCESS StartBorrower(VOID) {
    TEST_LENDER lender = {LentPage, LendPage, TakeBytes, TakeNoMore};
    PEPROCESS client = StartClient(L"lends.exe");
    RtlZeroMemory(LentPage, sizeof(LentPage));
    LentWrites = 0;
    if (client != NULL) CHECK_STATUS(RslBorrowClientMemory(client, &lender), STATUS_SUCCESS);
    return client;
}
CONFORMANCE(RslBorrowClientMemory, AsksForPagesUntilToldNotTo) {
    PEPROCESS client = StartBorrower();
    KAPC_STATE state;
    REQUIRE(client != NULL);
    LentPage[5] = 0x1234;
    KeStackAttachProcess((PKPROCESS)client, &state);
    CHECK_EQ(((volatile ULONG*)LENT_ADDRESS)[5], 0x1234);
    CHECK_RAISES(*(volatile ULONG*)(LENT_ADDRESS + 0x1000), STATUS_ACCESS_VIOLATION);
    RslReturnClientMemory(client);
    CHECK_STATUS(RslBorrowClientMemory(client, NULL), STATUS_SUCCESS);
    CHECK_RAISES(*(volatile ULONG*)LENT_ADDRESS, STATUS_ACCESS_VIOLATION);
    KeUnstackDetachProcess(&state);
    EndClient(client);
}
CONFORMANCE(RslReturnClientMemory, GivesBackWhatWasWritten) {
    PEPROCESS client = StartBorrower();
    KAPC_STATE state;
    REQUIRE(client != NULL);
    KeStackAttachProcess((PKPROCESS)client, &state);
    ((volatile ULONG*)LENT_ADDRESS)[7] = 0x89ABCDEF;
    KeUnstackDetachProcess(&state);
    CHECK_EQ(LentPage[7], 0);
    RslReturnClientMemory(client);
    CHECK_EQ(LentPage[7], 0x89ABCDEF);
    CHECK_EQ(LentWrites, 1);
    RslReturnClientMemory(client);
    CHECK_EQ(LentWrites, 1);
    CHECK_STATUS(RslBorrowClientMemory(client, NULL), STATUS_SUCCESS);
    EndClient(client);
}
typedef struct _TEST_LOAN {
    ULONG64 Address;
    PHYSICAL_ADDRESS Physical;
    PVOID Content;
    ULONG Pages;
    BOOLEAN Writable;
} TEST_LOAN;
NTKERNELAPI VOID NTAPI RslBeginLoans(PEPROCESS Process, ULONG64 Tag, ULONG Count, const TEST_LOAN* Loans);
NTKERNELAPI VOID NTAPI RslEndLoans(PEPROCESS Process, ULONG64 Tag);

/* Shared memory that stands for the program's page. */
static TEST_LOAN MakeLoan(BOOLEAN Writable) {
    PHYSICAL_ADDRESS highest = {.QuadPart = -1};
    TEST_LOAN loan = {LENT_ADDRESS, {.QuadPart = 0}, MmAllocateContiguousMemory(0x1000, highest), 1, Writable};
    RtlZeroMemory(loan.Content, 0x1000);
    loan.Physical = MmGetPhysicalAddress(loan.Content);
    return loan;
}
CONFORMANCE(RslBeginLoans, MapsTheSharedMemoryItself) {
    PEPROCESS client = StartBorrower();
    TEST_LOAN loan = MakeLoan(TRUE);
    volatile ULONG* shared = loan.Content;
    KAPC_STATE state;
    REQUIRE(client != NULL);
    RslBeginLoans(client, 1, 1, &loan);
    KeStackAttachProcess((PKPROCESS)client, &state);
    shared[3] = 5;
    CHECK_EQ(((volatile ULONG*)LENT_ADDRESS)[3], 5);
    ((volatile ULONG*)LENT_ADDRESS)[4] = 6;
    CHECK_EQ(shared[4], 6);
    KeUnstackDetachProcess(&state);
    RslReturnClientMemory(client);
    CHECK_EQ(LentWrites, 0);
    RslEndLoans(client, 1);
    CHECK_STATUS(RslBorrowClientMemory(client, NULL), STATUS_SUCCESS);
    EndClient(client);
    MmFreeContiguousMemory(loan.Content);
}
CONFORMANCE(RslEndLoans, TakesThePagesAway) {
    PEPROCESS client = StartBorrower();
    TEST_LOAN loan = MakeLoan(TRUE);
    KAPC_STATE state;
    REQUIRE(client != NULL);
    *(ULONG*)loan.Content = 1;
    LentPage[0] = 2;
    KeStackAttachProcess((PKPROCESS)client, &state);
    RslBeginLoans(client, 1, 1, &loan);
    CHECK_EQ(*(volatile ULONG*)LENT_ADDRESS, 1);
    RslEndLoans(client, 1);
    CHECK_EQ(*(volatile ULONG*)LENT_ADDRESS, 2); /* asked for */
    RslReturnClientMemory(client);
    KeUnstackDetachProcess(&state);
    CHECK_STATUS(RslBorrowClientMemory(client, NULL), STATUS_SUCCESS);
    EndClient(client);
    MmFreeContiguousMemory(loan.Content);
}
typedef struct _TEST_OWN_OBJECT {
    ULONG Kind; /* 0 nothing, 1 a handle here, 2 a process, 3 and 4 an event */
    ACCESS_MASK Access;
    ULONG Value;
    BOOLEAN Signalled;
} TEST_OWN_OBJECT;
typedef struct _TEST_OBJECT_LENDER {
    PVOID Context;
    NTSTATUS(NTAPI* Resolve)(PVOID Context, ULONG64 Handle, ULONG Id, TEST_OWN_OBJECT* Object);
    VOID(NTAPI* Changed)(PVOID Context, ULONG Id, ULONG Change);
} TEST_OBJECT_LENDER;
NTKERNELAPI NTSTATUS NTAPI RslBorrowClientObjects(PEPROCESS Process, const TEST_OBJECT_LENDER* Lender);
NTKERNELAPI NTSTATUS NTAPI RslSignalClientObject(PEPROCESS Process, ULONG Id, ULONG Signal, PBOOLEAN Taken);

/* A program that has one event, and is told what becomes of it: set, reset, dropped. */
#define OWN_EVENT ((HANDLE)0x44)
static ULONG OwnId, OwnChanges[3];
static NTSTATUS NTAPI ResolveEvent(PVOID Context, ULONG64 Handle, ULONG Id, TEST_OWN_OBJECT* Object) {
    if (Context != OwnChanges || (HANDLE)Handle != OWN_EVENT) return STATUS_INVALID_HANDLE;
    OwnId = Id;
    *Object = (TEST_OWN_OBJECT){3, EVENT_MODIFY_STATE | SYNCHRONIZE, 0, FALSE};
    return STATUS_SUCCESS;
}
static VOID NTAPI NoteChange(PVOID Context, ULONG Id, ULONG Change) {
    CHECK_EQ(Id, OwnId);
    ((ULONG*)Context)[Change]++;
}
static PEPROCESS StartOwner(VOID) {
    TEST_OBJECT_LENDER lender = {OwnChanges, ResolveEvent, NoteChange};
    /* Only Windows programs have handles that the VM did not make, but whoever lends is asked. */
    PEPROCESS client = StartClient(L"owns.exe");
    RtlZeroMemory(OwnChanges, sizeof(OwnChanges));
    if (client != NULL) CHECK_STATUS(RslBorrowClientObjects(client, &lender), STATUS_SUCCESS);
    return client;
}
static PKEVENT ReferenceOwnEvent(NTSTATUS Expected) {
    PVOID event = NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(OWN_EVENT, EVENT_MODIFY_STATE, *ExEventObjectType, UserMode, &event, NULL), Expected);
    return event;
}
CONFORMANCE(RslBorrowClientObjects, TellsWhatDriversDoToAnEvent) {
    PEPROCESS client = StartOwner();
    PKEVENT event;
    KAPC_STATE state;
    REQUIRE(client != NULL);
    KeStackAttachProcess((PKPROCESS)client, &state);
    event = ReferenceOwnEvent(STATUS_SUCCESS);
    if (event != NULL) {
        KeSetEvent(event, IO_NO_INCREMENT, FALSE);
        CHECK_EQ(KeResetEvent(event), 1);
        CHECK_EQ(OwnChanges[0], 1);
        CHECK_EQ(OwnChanges[1], 1);
        ObDereferenceObject(event);
        CHECK_EQ(OwnChanges[2], 1);
    }
    CHECK_STATUS(RslBorrowClientObjects(client, NULL), STATUS_SUCCESS);
    ReferenceOwnEvent(STATUS_INVALID_HANDLE);
    KeUnstackDetachProcess(&state);
    EndClient(client);
    CHECK_STATUS(RslBorrowClientObjects(PsInitialSystemProcess, &(TEST_OBJECT_LENDER){0}), STATUS_INVALID_PARAMETER);
}
CONFORMANCE(RslSignalClientObject, SetsWhatDriversHave) {
    PEPROCESS client = StartOwner();
    BOOLEAN taken = TRUE;
    PKEVENT event;
    KAPC_STATE state;
    REQUIRE(client != NULL);
    KeStackAttachProcess((PKPROCESS)client, &state);
    event = ReferenceOwnEvent(STATUS_SUCCESS);
    KeUnstackDetachProcess(&state);
    if (event != NULL) {
        CHECK_STATUS(RslSignalClientObject(client, OwnId, 0, &taken), STATUS_SUCCESS);
        CHECK(!taken);
        CHECK_EQ(KeReadStateEvent(event), 1);
        CHECK_STATUS(RslSignalClientObject(client, OwnId, 1, &taken), STATUS_SUCCESS);
        CHECK_EQ(KeReadStateEvent(event), 0);
        CHECK_EQ(OwnChanges[0] + OwnChanges[1], 0);
        ObDereferenceObject(event);
    }
    CHECK_STATUS(RslSignalClientObject(client, OwnId, 0, &taken), STATUS_NOT_FOUND);
    CHECK_STATUS(RslBorrowClientObjects(client, NULL), STATUS_SUCCESS);
    EndClient(client);
}
CONFORMANCE(RslLoadDriverImage, LoadsOnceAndRefusesGarbage) {
    UNICODE_STRING service = RTL_CONSTANT_STRING(L"conformanceload");
    static UCHAR image[TEST_IMAGE_BYTES];
    static TEST_LOAD_REPORT report;
    BuildImage(image);
    CHECK_STATUS(RslLoadDriverImage(&service, image, sizeof(image), &report), STATUS_SUCCESS);
    CHECK_STATUS(report.EntryStatus, STATUS_SUCCESS);
    CHECK_STATUS(RslLoadDriverImage(&service, image, sizeof(image), &report),
                 STATUS_IMAGE_ALREADY_LOADED);
    CHECK_STATUS(RslUnloadDriver(&service, &report), STATUS_SUCCESS);
    image[0] = 'X';
    CHECK(!NT_SUCCESS(RslLoadDriverImage(&service, image, sizeof(image), &report)));
}
CONFORMANCE(RslUnloadDriver, RefusesADriverThatIsNotThere) {
    UNICODE_STRING service = RTL_CONSTANT_STRING(L"conformancenone");
    static TEST_LOAD_REPORT report;
    CHECK_STATUS(RslUnloadDriver(&service, &report), STATUS_OBJECT_NAME_NOT_FOUND);
}

NTKERNELAPI VOID NTAPI RslSetWow64Process(PEPROCESS Process, ULONG64 Peb32);
NTKERNELAPI PVOID NTAPI PsGetProcessWow64Process(PEPROCESS Process);
NTKERNELAPI PVOID NTAPI PsGetCurrentProcessWow64Process(VOID);

static VOID NTAPI TellThatItIs32Bit(PVOID Context) {
    CHECK_EQ(PsGetCurrentProcessWow64Process(), Context);
    CHECK(IoIs32bitProcess(NULL));
}
CONFORMANCE(RslSetWow64Process, MakesItA32BitProgramsProcess) {
    PEPROCESS client = StartClient(L"made.exe");
    PVOID peb32 = (PVOID)0x7FFDE000;
    REQUIRE(client != NULL);
    CHECK_EQ(PsGetProcessWow64Process(client), NULL);
    RslSetWow64Process(client, (ULONG64)peb32);
    CHECK_EQ(PsGetProcessWow64Process(client), peb32);
    CHECK(RunInClient(client, TellThatItIs32Bit, peb32));
    CHECK(!IoIs32bitProcess(NULL));
    EndClient(client);
}
