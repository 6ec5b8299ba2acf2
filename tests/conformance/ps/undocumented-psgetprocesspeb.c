// SPDX-License-Identifier: GPL-2.0-only
// No page: the address of the process environment block in the process, NULL for a process without one, which the system process is,
// and a process that has no user-mode code; PsGetProcessSectionBaseAddress likewise the base of the image section.
#include "clients.h"

NTKERNELAPI PVOID NTAPI PsGetProcessPeb(PEPROCESS Process);
NTKERNELAPI PVOID NTAPI PsGetProcessSectionBaseAddress(PEPROCESS Process);

CONFORMANCE(PsGetProcessPeb, IsNullForAProcessWithoutOne) {
    PEPROCESS client = StartClient(L"without.exe");
    REQUIRE(client != NULL);
    CHECK_EQ(PsGetProcessPeb(PsInitialSystemProcess), NULL);
    CHECK_EQ(PsGetProcessPeb(client), NULL);
    AT_IRQL(DISPATCH_LEVEL, PsGetProcessPeb(client));
    EndClient(client);
}

CONFORMANCE(PsGetProcessSectionBaseAddress, IsNullForAProcessWithoutAnImage) {
    PEPROCESS client = StartClient(L"without.exe");
    REQUIRE(client != NULL);
    CHECK_EQ(PsGetProcessSectionBaseAddress(PsInitialSystemProcess), NULL);
    CHECK_EQ(PsGetProcessSectionBaseAddress(client), NULL);
    EndClient(client);
}
