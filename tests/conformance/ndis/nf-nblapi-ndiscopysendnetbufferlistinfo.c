/* SPDX-License-Identifier: GPL-2.0-only */
/* The slots are those of nblinfo.h, in the order of NDIS_NET_BUFFER_LIST_INFO's page. */
#include "ndis_test.h"

typedef VOID(NTAPI* COPY)(PNET_BUFFER_LIST to, PNET_BUFFER_LIST from);

/* Which of the first 16 slots are copied, as a mask. */
static ULONG Copied(COPY copy) {
    NDIS_HANDLE pool = ListPool(FALSE, 0, 0);
    PNET_BUFFER_LIST from = NdisAllocateNetBufferList(pool, 0, 0);
    PNET_BUFFER_LIST to = NdisAllocateNetBufferList(pool, 0, 0);
    ULONG mask = 0;
    for (ULONG i = 0; i < 16; ++i) {
        from->NetBufferListInfo[i] = (PVOID)(ULONG_PTR)(100 + i);
        to->NetBufferListInfo[i] = (PVOID)(ULONG_PTR)(200 + i);
    }
    AT_IRQL(DISPATCH_LEVEL, copy(to, from));
    for (ULONG i = 0; i < 16; ++i) {
        CHECK(from->NetBufferListInfo[i] == (PVOID)(ULONG_PTR)(100 + i));
        if (to->NetBufferListInfo[i] == from->NetBufferListInfo[i]) {
            mask |= 1u << i;
        } else {
            CHECK(to->NetBufferListInfo[i] == (PVOID)(ULONG_PTR)(200 + i));
        }
    }
    NdisFreeNetBufferList(from);
    NdisFreeNetBufferList(to);
    NdisFreeNetBufferListPool(pool);
    return mask;
}
#define SLOT(id) (1u << (id))
#define BOTH_WAYS                                                                        \
    (SLOT(TcpIpChecksumNetBufferListInfo) | SLOT(1) | SLOT(Ieee8021QNetBufferListInfo) | \
     SLOT(MediaSpecificInformation))

CONFORMANCE(NdisCopySendNetBufferListInfo, CopiesWhatBelongsToASend) {
    ULONG mask = Copied(NdisCopySendNetBufferListInfo);
    CHECK_EQ(mask & BOTH_WAYS, BOTH_WAYS);
    CHECK(mask & SLOT(TcpLargeSendNetBufferListInfo));
    CHECK(mask & SLOT(NetBufferListCancelId));
    CHECK(mask & SLOT(NetBufferListProtocolId));
}
CONFORMANCE(NdisCopySendNetBufferListInfo, LeavesTheRestAlone) {
    ULONG mask = Copied(NdisCopySendNetBufferListInfo);
    CHECK_EQ(mask & SLOT(ClassificationHandleNetBufferListInfo), 0);
    CHECK_EQ(mask & SLOT(NetBufferListHashValue), 0);
    CHECK_EQ(mask & SLOT(NetBufferListHashInfo), 0);
    CHECK_EQ(mask & SLOT(WfpNetBufferListInfo), 0);
}
CONFORMANCE(NdisCopyReceiveNetBufferListInfo, CopiesWhatBelongsToAReceive) {
    ULONG mask = Copied(NdisCopyReceiveNetBufferListInfo);
    CHECK_EQ(mask & BOTH_WAYS, BOTH_WAYS);
    CHECK(mask & SLOT(NetBufferListFrameType));
    CHECK(mask & SLOT(NetBufferListHashValue));
    CHECK(mask & SLOT(NetBufferListHashInfo));
}
CONFORMANCE(NdisCopyReceiveNetBufferListInfo, LeavesTheRestAlone) {
    ULONG mask = Copied(NdisCopyReceiveNetBufferListInfo);
    CHECK_EQ(mask & SLOT(ClassificationHandleNetBufferListInfo), 0);
    CHECK_EQ(mask & SLOT(NetBufferListCancelId), 0);
    CHECK_EQ(mask & SLOT(WfpNetBufferListInfo), 0);
}
