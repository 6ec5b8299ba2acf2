/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisMPciAssignResources, NdisReadPciSlotInformation and NdisWritePciSlotInformation. The
 * adapter's bus gives it sixteen ports. */
#include "legacy_adapter.h"

NDISAPI NDIS_STATUS NTAPI NdisMPciAssignResources(NDIS_HANDLE MiniportHandle, ULONG SlotNumber,
                                                  PNDIS_RESOURCE_LIST* AssignedResources);

#define PORTS 0x5550

static struct {
    NDIS_RESOURCE_LIST List;
    UCHAR More[64];
} Resources;
static NDIS_STATUS Status, TooSmall;
static UINT Bytes, Needed;

static VOID QueryResources(NDIS_HANDLE context) {
    Needed = 4;
    NdisMQueryAdapterResources(&TooSmall, context, &Resources.List, &Needed);
    Bytes = sizeof(Resources);
    NdisMQueryAdapterResources(&Status, context, &Resources.List, &Bytes);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
static VOID CheckPorts(PNDIS_RESOURCE_LIST list) {
    CHECK_EQ(list->Count, 1);
    CHECK_EQ(list->PartialDescriptors[0].Type, CmResourceTypePort);
    CHECK_EQ(list->PartialDescriptors[0].u.Port.Start.QuadPart, PORTS);
    CHECK_EQ(list->PartialDescriptors[0].u.Port.Length, 16);
}

CONFORMANCE(NdisMQueryAdapterResources, CopiesTheList) {
    Legacy.AtInitialize = QueryResources;
    Status = TooSmall = NDIS_STATUS_FAILURE;
    REQUIRE(LegacyUp());
    CHECK_STATUS(Status, NDIS_STATUS_SUCCESS);
    CHECK_EQ(Bytes, sizeof(NDIS_RESOURCE_LIST));
    CheckPorts(&Resources.List);
    LegacyDown();
}
CONFORMANCE(NdisMQueryAdapterResources, TellsHowMuchItNeeds) {
    Legacy.AtInitialize = QueryResources;
    Status = TooSmall = NDIS_STATUS_FAILURE;
    REQUIRE(LegacyUp());
    CHECK_STATUS(TooSmall, NDIS_STATUS_RESOURCES);
    CHECK_EQ(Needed, sizeof(NDIS_RESOURCE_LIST));
    LegacyDown();
}

static VOID AssignResources(NDIS_HANDLE context) {
    PNDIS_RESOURCE_LIST list = NULL;
    (void)context;
    Status = NdisMPciAssignResources(Legacy.Adapter, 0, &list);
    if (list != NULL) CheckPorts(list);
}
CONFORMANCE(NdisMPciAssignResources, GivesTheList) {
    Legacy.AtInitialize = AssignResources;
    Status = NDIS_STATUS_FAILURE;
    REQUIRE(LegacyUp());
    CHECK_STATUS(Status, NDIS_STATUS_SUCCESS);
    LegacyDown();
}
CONFORMANCE(NdisMPciAssignResources, FailsWhenTheDeviceHasStopped) {
    PNDIS_RESOURCE_LIST list = &Resources.List;
    REQUIRE(LegacyUp());
    CHECK_SUCCESS(LegacyRequest(IRP_MJ_PNP, IRP_MN_STOP_DEVICE));
    CHECK_STATUS(NdisMPciAssignResources(Legacy.Adapter, 0, &list), NDIS_STATUS_FAILURE);
    CHECK(list == NULL);
    LegacyDown();
}

CONFORMANCE(NdisReadPciSlotInformation, ReadsWhatTheBusHas) {
    ULONG read = 0;
    USHORT id = 0;
    REQUIRE(LegacyUp());
    Legacy.Configuration[2] = 0x34;
    Legacy.Configuration[3] = 0x12;
    AT_IRQL(DISPATCH_LEVEL,
            read = NdisReadPciSlotInformation(Legacy.Adapter, 0, 2, &id, sizeof(id)));
    CHECK_EQ(read, 2);
    CHECK_EQ(id, 0x1234);
    LegacyDown();
}
CONFORMANCE(NdisReadPciSlotInformation, ReadsNothingBeyondTheSpace) {
    UCHAR byte = 0;
    REQUIRE(LegacyUp());
    CHECK_EQ(NdisReadPciSlotInformation(Legacy.Adapter, 0, 256, &byte, 1), 0);
    LegacyDown();
}
CONFORMANCE(NdisWritePciSlotInformation, WritesToTheBus) {
    ULONG written = 0;
    UCHAR byte = 0x5A;
    REQUIRE(LegacyUp());
    AT_IRQL(DISPATCH_LEVEL,
            written = NdisWritePciSlotInformation(Legacy.Adapter, 0, 0x3C, &byte, 1));
    CHECK_EQ(written, 1);
    CHECK_EQ(Legacy.Configuration[0x3C], 0x5A);
    LegacyDown();
}
CONFORMANCE(NdisWritePciSlotInformation, WritesNothingBeyondTheSpace) {
    UCHAR byte = 0;
    REQUIRE(LegacyUp());
    CHECK_EQ(NdisWritePciSlotInformation(Legacy.Adapter, 0, 256, &byte, 1), 0);
    LegacyDown();
}
