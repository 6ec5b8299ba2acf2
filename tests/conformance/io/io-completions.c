// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

/* NtCreateIoCompletion and kin have no page in the driver documentation. Facts:
 * CreateIoCompletionPort, PostQueuedCompletionStatus and GetQueuedCompletionStatus(Ex), which are
 * built on them. */
static HANDLE MakePort(VOID) {
    OBJECT_ATTRIBUTES attributes;
    HANDLE port = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_SUCCESS(ZwCreateIoCompletion(&port, IO_COMPLETION_ALL_ACCESS, &attributes, 0));
    return port;
}

CONFORMANCE(ZwCreateIoCompletion, MakesAnEmptyPort) {
    LARGE_INTEGER now = {.QuadPart = 0};
    IO_STATUS_BLOCK outcome;
    PVOID key, apc;
    HANDLE port = MakePort();
    REQUIRE(port != NULL);
    CHECK_STATUS(ZwRemoveIoCompletion(port, &key, &apc, &outcome, &now), STATUS_TIMEOUT);
    CHECK_STATUS(ZwClose(port), STATUS_SUCCESS);
}

CONFORMANCE(NtCreateIoCompletion, RefusesANameInUse) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\ConformancePort");
    OBJECT_ATTRIBUTES attributes;
    HANDLE port = NULL, second = NULL;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(NtCreateIoCompletion(&port, IO_COMPLETION_ALL_ACCESS, &attributes, 0),
                 STATUS_SUCCESS);
    CHECK_STATUS(NtCreateIoCompletion(&second, IO_COMPLETION_ALL_ACCESS, &attributes, 0),
                 STATUS_OBJECT_NAME_COLLISION);
    ZwClose(port);
}

static VOID Posting(BOOLEAN Zw) {
    LARGE_INTEGER now = {.QuadPart = 0};
    IO_STATUS_BLOCK outcome = {{0}, 0};
    PVOID key = NULL, apc = NULL;
    ULONG i;
    HANDLE port = MakePort();
    REQUIRE(port != NULL);
    for (i = 1; i <= 3; i++)
        CHECK_STATUS((Zw ? ZwSetIoCompletion : NtSetIoCompletion)(
                         port, (PVOID)(ULONG_PTR)i, (PVOID)0x55, STATUS_ACCESS_DENIED, 100 + i),
                     STATUS_SUCCESS);
    for (i = 1; i <= 3; i++) {
        CHECK_STATUS(
            (Zw ? ZwRemoveIoCompletion : NtRemoveIoCompletion)(port, &key, &apc, &outcome, &now),
            STATUS_SUCCESS);
        CHECK_EQ((ULONG_PTR)key, i);
        CHECK_EQ((ULONG_PTR)apc, 0x55);
        CHECK_STATUS(outcome.Status, STATUS_ACCESS_DENIED);
        CHECK_EQ(outcome.Information, 100 + i);
    }
    CHECK_STATUS(
        (Zw ? ZwRemoveIoCompletion : NtRemoveIoCompletion)(port, &key, &apc, &outcome, &now),
        STATUS_TIMEOUT);
    CHECK_STATUS((Zw ? ZwSetIoCompletion : NtSetIoCompletion)((HANDLE)0x7FFFFFF0, NULL, NULL, 0, 0),
                 STATUS_INVALID_HANDLE);
    ZwClose(port);
}

CONFORMANCE(ZwSetIoCompletion, PostsInOrder) { Posting(TRUE); }
CONFORMANCE(NtSetIoCompletion, PostsInOrder) { Posting(FALSE); }
CONFORMANCE(ZwRemoveIoCompletion, TakesInOrder) { Posting(TRUE); }
CONFORMANCE(NtRemoveIoCompletion, TakesInOrder) { Posting(FALSE); }

static VOID TakingMany(BOOLEAN Zw) {
    FILE_IO_COMPLETION_ENTRY entries[4];
    LARGE_INTEGER now = {.QuadPart = 0};
    ULONG removed = 99, i;
    HANDLE port = MakePort();
    REQUIRE(port != NULL);
    for (i = 0; i < 6; i++) CHECK_SUCCESS(ZwSetIoCompletion(port, (PVOID)(ULONG_PTR)i, NULL, 0, i));
    CHECK_STATUS((Zw ? ZwRemoveIoCompletionEx : NtRemoveIoCompletionEx)(port, entries, 4, &removed,
                                                                        &now, FALSE),
                 STATUS_SUCCESS);
    CHECK_EQ(removed, 4);
    CHECK_EQ((ULONG_PTR)entries[3].KeyContext, 3);
    CHECK_SUCCESS(ZwRemoveIoCompletionEx(port, entries, 4, &removed, &now, FALSE));
    CHECK_EQ(removed, 2);
    CHECK_EQ(entries[1].IoStatusBlock.Information, 5);
    CHECK_STATUS((Zw ? ZwRemoveIoCompletionEx : NtRemoveIoCompletionEx)(port, entries, 4, &removed,
                                                                        &now, FALSE),
                 STATUS_TIMEOUT);
    ZwClose(port);
}

CONFORMANCE(ZwRemoveIoCompletionEx, TakesAsManyAsFit) { TakingMany(TRUE); }
CONFORMANCE(NtRemoveIoCompletionEx, TakesAsManyAsFit) { TakingMany(FALSE); }

/* Exported without a page: an alert of a thread for waits of the mode. */
NTKERNELAPI BOOLEAN NTAPI KeAlertThread(PKTHREAD Thread, KPROCESSOR_MODE AlertMode);

CONFORMANCE(ZwRemoveIoCompletionEx, AnAlertEndsAnAlertableWaitOnly) {
    LARGE_INTEGER moment = {.QuadPart = -10000}, limit = {.QuadPart = -20000000};
    FILE_IO_COMPLETION_ENTRY entry;
    ULONG removed = 99;
    HANDLE port = MakePort();
    REQUIRE(port != NULL);
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    CHECK_STATUS(ZwRemoveIoCompletionEx(port, &entry, 1, &removed, &moment, FALSE), STATUS_TIMEOUT);
    CHECK_STATUS(ZwRemoveIoCompletionEx(port, &entry, 1, &removed, &limit, TRUE), STATUS_ALERTED);
    CHECK_EQ(removed, 0);
    ZwClose(port);
}

CONFORMANCE(NtQueryIoCompletion, TellsHowManyPacketsWait) {
    ULONG length = 0;
    LONG depth = -1;
    HANDLE port = MakePort();
    REQUIRE(port != NULL);
    CHECK_STATUS(NtQueryIoCompletion(port, 0, &depth, sizeof(depth), &length), STATUS_SUCCESS);
    CHECK_EQ(depth, 0);
    CHECK_EQ(length, sizeof(depth));
    CHECK_SUCCESS(ZwSetIoCompletion(port, NULL, NULL, 0, 0));
    CHECK_SUCCESS(ZwSetIoCompletion(port, NULL, NULL, 0, 0));
    CHECK_SUCCESS(NtQueryIoCompletion(port, 0, &depth, sizeof(depth), NULL));
    CHECK_EQ(depth, 2);
    CHECK_STATUS(NtQueryIoCompletion(port, 0, &depth, 2, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(NtQueryIoCompletion(port, 7, &depth, sizeof(depth), NULL),
                 STATUS_INVALID_INFO_CLASS);
    ZwClose(port);
}

CONFORMANCE(ZwRemoveIoCompletion, GetsTheOutcomeOfARequestOnABoundFile) {
    FILE_COMPLETION_INFORMATION binding;
    LARGE_INTEGER offset = {.QuadPart = 0}, limit = {.QuadPart = -50000000};
    IO_STATUS_BLOCK outcome, seen = {{-1}, 0};
    PVOID key = NULL, apc = NULL;
    UCHAR buffer[8];
    OPENED opened;
    HANDLE port = MakePort();
    REQUIRE(port != NULL && OpenDevice(&opened, DO_BUFFERED_IO, 0));
    binding.Port = port;
    binding.Key = (PVOID)0x1234;
    CHECK_SUCCESS(ZwSetInformationFile(opened.File, &outcome, &binding, sizeof(binding),
                                       FileCompletionInformation));
    CHECK_SUCCESS(ZwReadFile(opened.File, NULL, NULL, &buffer, &outcome, buffer, 8, &offset, NULL));
    CHECK_STATUS(ZwRemoveIoCompletion(port, &key, &apc, &seen, &limit), STATUS_SUCCESS);
    CHECK_EQ(key, (PVOID)0x1234);
    CHECK_EQ(apc, (PVOID)&buffer);
    CHECK_STATUS(seen.Status, STATUS_SUCCESS);
    CloseDevice(&opened);
    ZwClose(port);
}
