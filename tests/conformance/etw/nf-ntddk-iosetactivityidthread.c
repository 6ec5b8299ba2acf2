// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

NTKERNELAPI LPCGUID NTAPI IoSetActivityIdThread(LPCGUID Id);
NTKERNELAPI VOID NTAPI IoClearActivityIdThread(LPCGUID Original);
NTKERNELAPI LPCGUID NTAPI IoGetActivityIdThread(VOID);
NTKERNELAPI NTSTATUS NTAPI IoSetActivityIdIrp(PIRP Irp, LPCGUID Id);
NTKERNELAPI NTSTATUS NTAPI IoGetActivityIdIrp(PIRP Irp, LPGUID Id);
NTKERNELAPI NTSTATUS NTAPI IoPropagateActivityIdToThread(PIRP Irp, LPGUID Propagated,
                                                         LPCGUID* Original);
NTKERNELAPI VOID NTAPI IoTransferActivityId(LPCGUID Id, LPCGUID Related);

CONFORMANCE(IoSetActivityIdThread, GivesTheIdBefore) {
    LPCGUID before, inner = NULL;
    before = IoSetActivityIdThread(&SomeActivity);
    AT_IRQL(DISPATCH_LEVEL, inner = IoSetActivityIdThread(&ProviderId));
    CHECK_EQ(inner, &SomeActivity);
    IoClearActivityIdThread(inner);
    CHECK_EQ(IoGetActivityIdThread(), &SomeActivity);
    IoClearActivityIdThread(before);
}

CONFORMANCE(IoGetActivityIdThread, IsWhatWasSet) {
    LPCGUID before = IoSetActivityIdThread(&SomeActivity), now = NULL;
    AT_IRQL(DISPATCH_LEVEL, now = IoGetActivityIdThread());
    REQUIRE(now != NULL);
    CHECK_BYTES(now, &SomeActivity, sizeof(GUID));
    IoClearActivityIdThread(before);
}

CONFORMANCE(IoClearActivityIdThread, NullTakesTheIdAway) {
    LPCGUID before = IoSetActivityIdThread(&SomeActivity);
    AT_IRQL(DISPATCH_LEVEL, IoClearActivityIdThread(before));
    CHECK_EQ(IoGetActivityIdThread(), NULL);
}

CONFORMANCE(IoSetActivityIdIrp, TakesTheIdGivenElseTheThreads) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    LPCGUID before;
    GUID id = {0};
    REQUIRE(irp != NULL);
    AT_IRQL(DISPATCH_LEVEL, status = IoSetActivityIdIrp(irp, &ProviderId));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_SUCCESS(IoGetActivityIdIrp(irp, &id));
    CHECK_BYTES(&id, &ProviderId, sizeof(id));
    CHECK_STATUS(IoSetActivityIdIrp(irp, NULL), STATUS_NOT_SUPPORTED);
    before = IoSetActivityIdThread(&SomeActivity);
    CHECK_STATUS(IoSetActivityIdIrp(irp, NULL), STATUS_SUCCESS);
    IoClearActivityIdThread(before);
    CHECK_SUCCESS(IoGetActivityIdIrp(irp, &id));
    CHECK_BYTES(&id, &SomeActivity, sizeof(id));
    IoFreeIrp(irp);
}

CONFORMANCE(IoGetActivityIdIrp, NotFoundWithoutOne) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    NTSTATUS status = STATUS_SUCCESS;
    GUID id;
    REQUIRE(irp != NULL);
    AT_IRQL(DISPATCH_LEVEL, status = IoGetActivityIdIrp(irp, &id));
    CHECK_STATUS(status, STATUS_NOT_FOUND);
    IoFreeIrp(irp);
}

CONFORMANCE(IoPropagateActivityIdToThread, LendsTheIrpsId) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    LPCGUID original = NULL, before;
    GUID propagated;
    REQUIRE(irp != NULL);
    CHECK_STATUS(IoPropagateActivityIdToThread(irp, &propagated, &original), STATUS_NOT_FOUND);
    CHECK_SUCCESS(IoSetActivityIdIrp(irp, &ProviderId));
    before = IoSetActivityIdThread(&SomeActivity);
    CHECK_STATUS(IoPropagateActivityIdToThread(irp, &propagated, &original), STATUS_SUCCESS);
    CHECK_EQ(original, &SomeActivity);
    CHECK_BYTES(&propagated, &ProviderId, sizeof(GUID));
    CHECK_EQ(IoGetActivityIdThread(), &propagated);
    IoClearActivityIdThread(original);
    IoClearActivityIdThread(before);
    IoFreeIrp(irp);
}

CONFORMANCE(IoTransferActivityId, PublishesAtAnyLevel) {
    IoTransferActivityId(&SomeActivity, &ProviderId);
    AT_IRQL(DISPATCH_LEVEL, IoTransferActivityId(&SomeActivity, &ProviderId));
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
