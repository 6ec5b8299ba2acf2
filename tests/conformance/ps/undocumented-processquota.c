// SPDX-License-Identifier: GPL-2.0-only
// PsChargePoolQuota, which has a page, with a status and for one pool: prototypes of public
// headers.
#include "threads.h"

IMPORTED(NTSTATUS, PsChargeProcessPoolQuota, PEPROCESS, POOL_TYPE, ULONG_PTR);
IMPORTED(NTSTATUS, PsChargeProcessNonPagedPoolQuota, PEPROCESS, ULONG_PTR);
IMPORTED(NTSTATUS, PsChargeProcessPagedPoolQuota, PEPROCESS, ULONG_PTR);
IMPORTED(VOID, PsReturnPoolQuota, PEPROCESS, POOL_TYPE, ULONG_PTR);
IMPORTED(VOID, PsReturnProcessNonPagedPoolQuota, PEPROCESS, ULONG_PTR);
IMPORTED(VOID, PsReturnProcessPagedPoolQuota, PEPROCESS, ULONG_PTR);

CONFORMANCE(PsChargeProcessPoolQuota, Succeeds) {
    CHECK_STATUS(ImportedPsChargeProcessPoolQuota(PsInitialSystemProcess, PagedPool, 10),
                 STATUS_SUCCESS);
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, PagedPool, 10);
}
CONFORMANCE(PsChargeProcessNonPagedPoolQuota, ChargesWhatTheOtherNameReturns) {
    CHECK_STATUS(ImportedPsChargeProcessNonPagedPoolQuota(PsInitialSystemProcess, 10),
                 STATUS_SUCCESS);
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, NonPagedPool, 10);
}
CONFORMANCE(PsChargeProcessPagedPoolQuota, ChargesWhatTheOtherNameReturns) {
    CHECK_STATUS(ImportedPsChargeProcessPagedPoolQuota(PsInitialSystemProcess, 10), STATUS_SUCCESS);
    ImportedPsReturnPoolQuota(PsInitialSystemProcess, PagedPool, 10);
}
CONFORMANCE(PsReturnProcessNonPagedPoolQuota, ReturnsWhatTheOtherNameCharged) {
    ImportedPsChargeProcessPoolQuota(PsInitialSystemProcess, NonPagedPool, 10);
    ImportedPsReturnProcessNonPagedPoolQuota(PsInitialSystemProcess, 10);
}
CONFORMANCE_BUG_CHECK(PsReturnProcessNonPagedPoolQuota, StopsTheMachineForMoreThanCharged, 0x21) {
    ImportedPsReturnProcessNonPagedPoolQuota(PsInitialSystemProcess, 0x100000000);
}
CONFORMANCE(PsReturnProcessPagedPoolQuota, ReturnsWhatTheOtherNameCharged) {
    ImportedPsChargeProcessPoolQuota(PsInitialSystemProcess, PagedPool, 10);
    ImportedPsReturnProcessPagedPoolQuota(PsInitialSystemProcess, 10);
}
