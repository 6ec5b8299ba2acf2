/* SPDX-License-Identifier: GPL-2.0-only */
#include "binding.h"
#include "legacy_adapter.h"
#include "threads.h"

static NDIS_STATUS First, Second;
static ULONG Elements, ListBytes;
static BOOLEAN Matches;

static VOID InitializeDma(NDIS_HANDLE context) {
    (void)context;
    First = NdisMInitializeScatterGatherDma(Legacy.Adapter, TRUE, 1514);
    Second = NdisMInitializeScatterGatherDma(Legacy.Adapter, TRUE, 1514);
}
/* The list's first element is where the first buffer is. */
static NDIS_STATUS LookAtList(PNDIS_PACKET packet) {
    PSCATTER_GATHER_LIST list =
        NDIS_PER_PACKET_INFO_FROM_PACKET(packet, ScatterGatherListPacketInfo);
    PNDIS_BUFFER buffer;
    UINT length;
    PVOID memory;
    if (list == NULL) return NDIS_STATUS_FAILURE;
    NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
    NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
    Matches = MmGetPhysicalAddress(memory).QuadPart == list->Elements[0].Address.QuadPart;
    Elements = list->NumberOfElements;
    ListBytes = 0;
    for (ULONG i = 0; i < Elements; ++i) ListBytes += list->Elements[i].Length;
    return NDIS_STATUS_SUCCESS;
}

CONFORMANCE(NdisMInitializeScatterGatherDma, PacketsComeWithTheirLists) {
    for (ULONG more = 0; more < 10; more += 9) {
        Legacy.Attributes = NDIS_ATTRIBUTE_DESERIALIZE | NDIS_ATTRIBUTE_BUS_MASTER;
        Legacy.AtInitialize = InitializeDma;
        Legacy.Send = LookAtList;
        Elements = 0;
        Matches = FALSE;
        REQUIRE(LegacyUp() && BindingUp());
        CHECK_STATUS(First, NDIS_STATUS_SUCCESS);
        CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 7, more));
        CHECK(EVENTUALLY(Seen.SendsDone == 1));
        CHECK_STATUS(Seen.SendStatus, NDIS_STATUS_SUCCESS);
        CHECK(Elements != 0);
        CHECK(Matches);
        CHECK_EQ(ListBytes, 26);
        BindingDown();
        LegacyDown();
    }
}
CONFORMANCE(NdisMInitializeScatterGatherDma, WithoutItTheyHaveNone) {
    Legacy.Attributes = NDIS_ATTRIBUTE_DESERIALIZE;
    Legacy.Send = LookAtList;
    REQUIRE(LegacyUp() && BindingUp());
    CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 7, 0));
    CHECK(EVENTUALLY(Seen.SendsDone == 1));
    CHECK_STATUS(Seen.SendStatus, NDIS_STATUS_FAILURE);
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMInitializeScatterGatherDma, MayBeCalledOnce) {
    Legacy.AtInitialize = InitializeDma;
    REQUIRE(LegacyUp());
    CHECK_STATUS(First, NDIS_STATUS_SUCCESS);
    CHECK(Second != NDIS_STATUS_SUCCESS);
    LegacyDown();
}
