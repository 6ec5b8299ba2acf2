/* SPDX-License-Identifier: GPL-2.0-only */
#include "binding.h"
#include "legacy_adapter.h"
#include "threads.h"

static LONG Depth;

/* Sends another frame from inside: who is above does that when a frame comes. */
static NDIS_STATUS SendMore(PNDIS_PACKET packet) {
    (void)packet;
    if (Depth++ < 3) CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 26, 0));
    return NDIS_STATUS_SUCCESS;
}

CONFORMANCE(NdisMSetAttributesEx, HandlersGetTheContext) {
    REQUIRE(LegacyUp()); /* each of them checks it */
    CHECK(Legacy.Queries > 0);
    LegacyDown();
}
CONFORMANCE(NdisMSetAttributesEx, WithoutDeserializeOneHandlerRunsAtATime) {
    Legacy.Send = SendMore;
    Depth = 0;
    REQUIRE(LegacyUp() && BindingUp());
    CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 26, 0));
    CHECK(EVENTUALLY(Seen.SendsDone == 4));
    CHECK_EQ(Legacy.Sends, 4);
    CHECK_EQ(Legacy.Overlaps, 0);
    BindingDown();
    LegacyDown();
}
CONFORMANCE(NdisMSetAttributesEx, WithDeserializeHandlersRunAsTheyAreCalled) {
    Legacy.Attributes = NDIS_ATTRIBUTE_DESERIALIZE;
    Legacy.Send = SendMore;
    Depth = 0;
    REQUIRE(LegacyUp() && BindingUp());
    CHECK(BindingSend("abcdefghijklmnopqrstuvwxyz", 26, 26, 0));
    CHECK(EVENTUALLY(Seen.SendsDone == 4));
    CHECK_EQ(Legacy.Overlaps, 3);
    BindingDown();
    LegacyDown();
}

static VOID CheckIrql(NDIS_HANDLE configuration) {
    (void)configuration;
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
CONFORMANCE(NdisMSetAttributesEx, IsCalledFromInitializeAtPassiveLevel) {
    Legacy.AtInitialize = CheckIrql;
    REQUIRE(LegacyUp());
    CHECK(((PNDIS_MINIPORT_BLOCK)Legacy.Adapter)->MiniportAdapterContext == &Legacy);
    LegacyDown();
}
