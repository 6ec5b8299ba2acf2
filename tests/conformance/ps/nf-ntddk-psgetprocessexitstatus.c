// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

NTKERNELAPI NTSTATUS NTAPI PsGetProcessExitStatus(PEPROCESS Process);

CONFORMANCE(PsGetProcessExitStatus, IsWhatItEndedWith) {
    PEPROCESS client = StartClient(L"ends.exe");
    REQUIRE(client != NULL);
    CHECK_STATUS(PsGetProcessExitStatus(client), STATUS_PENDING);
    RslTerminateClientProcess(client, 17);
    CHECK_STATUS(PsGetProcessExitStatus(client), 17);
    ObDereferenceObject(client);
}
