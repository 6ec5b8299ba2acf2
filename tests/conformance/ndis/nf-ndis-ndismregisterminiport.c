/* SPDX-License-Identifier: GPL-2.0-only */
/* And what a registered miniport's handlers get to do. */
#include "binding.h"
#include "legacy_adapter.h"
#include "threads.h"

static NDIS_STATUS Register(NDIS_MINIPORT_CHARACTERISTICS* characteristics, UINT bytes) {
    NDIS_STATUS status;
    if (!LegacyDriverUp()) return STATUS_DRIVER_UNABLE_TO_LOAD;
    status = NdisMRegisterMiniport(Legacy.Wrapper, characteristics, bytes);
    if (status == NDIS_STATUS_SUCCESS) NdisTerminateWrapper(Legacy.Wrapper, NULL);
    LegacyDriverDown();
    return status;
}

CONFORMANCE(NdisMRegisterMiniport, RefusesOtherVersions) {
    static const UCHAR kWrong[][2] = {{3, 0}, {5, 2}, {6, 0}, {0, 0}};
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    for (ULONG i = 0; i < RTL_NUMBER_OF(kWrong); ++i) {
        LegacyCharacteristics(&characteristics);
        characteristics.MajorNdisVersion = kWrong[i][0];
        characteristics.MinorNdisVersion = kWrong[i][1];
        CHECK_STATUS(Register(&characteristics, sizeof(characteristics)), NDIS_STATUS_BAD_VERSION);
    }
}
CONFORMANCE(NdisMRegisterMiniport, TakesTheShorterStructureOfNdis50) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    LegacyCharacteristics(&characteristics);
    characteristics.MinorNdisVersion = 0;
    CHECK_STATUS(Register(&characteristics, sizeof(NDIS50_MINIPORT_CHARACTERISTICS)),
                 NDIS_STATUS_SUCCESS);
    characteristics.MinorNdisVersion = 1;
    CHECK_STATUS(Register(&characteristics, sizeof(NDIS50_MINIPORT_CHARACTERISTICS)),
                 NDIS_STATUS_BAD_CHARACTERISTICS);
}
CONFORMANCE(NdisMRegisterMiniport, RefusesADriverWithoutARequiredHandler) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    for (int i = 0; i < 6; ++i) {
        LegacyCharacteristics(&characteristics);
        switch (i) {
            case 0:
                characteristics.HaltHandler = NULL;
                break;
            case 1:
                characteristics.InitializeHandler = NULL;
                break;
            case 2:
                characteristics.QueryInformationHandler = NULL;
                break;
            case 3:
                characteristics.SetInformationHandler = NULL;
                break;
            case 4:
                characteristics.ResetHandler = NULL;
                break;
            default:
                characteristics.SendPacketsHandler = NULL;
        }
        CHECK_STATUS(Register(&characteristics, sizeof(characteristics)),
                     NDIS_STATUS_BAD_CHARACTERISTICS);
    }
}
CONFORMANCE(NdisMRegisterMiniport, ItsAdapterIsInitializedAskedAndHalted) {
    LONG halts;
    REQUIRE(LegacyUp());
    CHECK(Legacy.Adapter != NULL);
    CHECK(Legacy.Queries > 2);
    CHECK_EQ(Legacy.QueryIrql, DISPATCH_LEVEL);
    CHECK_EQ(Legacy.Halts, 0);
    CHECK_SUCCESS(LegacyRequest(IRP_MJ_PNP, IRP_MN_STOP_DEVICE));
    halts = Legacy.Halts;
    LegacyDown();
    CHECK_EQ(halts, 1);
}
CONFORMANCE(NdisMRegisterMiniport, AFailedInitializationFailsTheStart) {
    Legacy.InitializeStatus = NDIS_STATUS_ADAPTER_NOT_FOUND;
    CHECK(!LegacyUp());
}

/* ---- Sends */

static UCHAR Sent[256];
static UINT SentBytes, SentBuffers;

static NDIS_STATUS KeepPacket(PNDIS_PACKET packet) {
    PNDIS_BUFFER buffer;
    UINT length;
    PVOID memory;
    NdisQueryPacket(packet, NULL, &SentBuffers, &buffer, &SentBytes);
    for (UINT done = 0; buffer != NULL; buffer = NDIS_BUFFER_LINKAGE(buffer)) {
        NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
        if (memory == NULL || done + length > sizeof(Sent)) return NDIS_STATUS_FAILURE;
        RtlCopyMemory(Sent + done, memory, length);
        done += length;
    }
    return NDIS_STATUS_SUCCESS;
}
static VOID SendsThe(BOOLEAN one, ULONG attributes, ULONG piece, ULONG more) {
    static const CHAR kFrame[] =
        "destin"
        "source"
        "\x88\xb5"
        "what the frame is about";
    Legacy.Send = KeepPacket;
    Legacy.SendsOne = one;
    Legacy.Attributes = attributes;
    SentBytes = 0;
    REQUIRE(LegacyUp() && BindingUp());
    CHECK(BindingSend(kFrame, sizeof(kFrame), piece, more));
    CHECK(EVENTUALLY(Seen.SendsDone == 1));
    CHECK_STATUS(Seen.SendStatus, NDIS_STATUS_SUCCESS);
    CHECK_EQ(SentBytes, sizeof(kFrame));
    CHECK_BYTES(Sent, kFrame, sizeof(kFrame));
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMRegisterMiniport, SendsExactlyTheFrame) {
    for (int one = 0; one < 2; ++one) {
        for (ULONG attributes = 0; attributes <= NDIS_ATTRIBUTE_DESERIALIZE;
             attributes += NDIS_ATTRIBUTE_DESERIALIZE) {
            SendsThe((BOOLEAN)one, attributes, 100, 0); /* the chain as it is */
            SendsThe((BOOLEAN)one, attributes, 7, 0);
            SendsThe((BOOLEAN)one, attributes, 100, 5); /* parts of it */
            SendsThe((BOOLEAN)one, attributes, 9, 4);
        }
    }
}

static PNDIS_PACKET Waiting;
static LONG Refusals;
static NDIS_STATUS KeepWaiting(PNDIS_PACKET packet) {
    if (Waiting != NULL) {
        ++Refusals;
        return NDIS_STATUS_RESOURCES;
    }
    Waiting = packet;
    return NDIS_STATUS_PENDING;
}
CONFORMANCE(NdisMRegisterMiniport, ASerializedDriverWithoutResourcesIsAskedAgain) {
    for (int one = 0; one < 2; ++one) {
        KIRQL irql;
        Legacy.Send = KeepWaiting;
        Legacy.SendsOne = (BOOLEAN)one;
        Waiting = NULL;
        Refusals = 0;
        REQUIRE(LegacyUp() && BindingUp());
        for (int i = 0; i < 3; ++i) CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 26, 0));
        CHECK_EQ(Seen.SendsDone, 0);
        CHECK(Waiting != NULL);
        CHECK_EQ(Refusals, 1); /* and then no more is sent */
        for (int i = 1; i <= 3 && Waiting != NULL; ++i) {
            PNDIS_PACKET packet = Waiting;
            Waiting = NULL;
            KeRaiseIrql(DISPATCH_LEVEL, &irql);
            NdisMSendComplete(Legacy.Adapter, packet, NDIS_STATUS_SUCCESS);
            KeLowerIrql(irql);
            CHECK_EQ(Seen.SendsDone, i);
        }
        CHECK_EQ(Seen.SendsDone, 3);
        CHECK_EQ(Legacy.Overlaps, 0);
        BindingDown();
        LegacyDown();
    }
}
CONFORMANCE(NdisMRegisterMiniport, AFailedSendFails) {
    Legacy.Send = KeepWaiting;
    Legacy.Attributes = NDIS_ATTRIBUTE_DESERIALIZE;
    Waiting = NULL;
    REQUIRE(LegacyUp() && BindingUp());
    CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 26, 0));
    REQUIRE(Waiting != NULL);
    NdisMSendComplete(Legacy.Adapter, Waiting, NDIS_STATUS_INVALID_PACKET);
    CHECK_EQ(Seen.SendsDone, 1);
    CHECK_STATUS(Seen.SendStatus, NDIS_STATUS_INVALID_PACKET);
    BindingDown();
    LegacyDown();
}
