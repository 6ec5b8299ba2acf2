/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of ndis.sys share. mingw-w64's DDK headers have NDIS 5 only: unlike other folders,
 * this one is compiled against RSL's declarations of NDIS 6, which were written from the
 * documentation; their layouts are shown by real miniports in tests/end_to_end/test_network.py. */
#pragma once

#include "conformance.h"

#include "abi/functions/ndis.h"

/* "0123456789" in MDLs of 4, 2 and 4 bytes. */
typedef struct CHAIN {
    CHAR Bytes[16];
    PMDL Mdls[3];
} CHAIN;

static inline void MakeChain(CHAIN* chain) {
    RtlCopyMemory(chain->Bytes, "0123456789\0\0\0\0\0", 16);
    chain->Mdls[0] = NdisAllocateMdl(NULL, chain->Bytes, 4);
    chain->Mdls[1] = NdisAllocateMdl(NULL, chain->Bytes + 4, 2);
    chain->Mdls[2] = NdisAllocateMdl(NULL, chain->Bytes + 6, 4);
    chain->Mdls[0]->Next = chain->Mdls[1];
    chain->Mdls[1]->Next = chain->Mdls[2];
}
static inline void FreeChain(CHAIN* chain) {
    for (ULONG i = 0; i < 3; ++i) NdisFreeMdl(chain->Mdls[i]);
}

static inline NDIS_HANDLE ListPool(BOOLEAN withBuffer, USHORT context, ULONG data) {
    NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    parameters.ProtocolId = NDIS_PROTOCOL_ID_TCP_IP;
    parameters.fAllocateNetBuffer = withBuffer;
    parameters.ContextSize = context;
    parameters.PoolTag = CONFORMANCE_TAG;
    parameters.DataSize = data;
    return NdisAllocateNetBufferListPool(NULL, &parameters);
}
static inline NDIS_HANDLE BufferPool(ULONG data) {
    NET_BUFFER_POOL_PARAMETERS parameters = {{NDIS_OBJECT_TYPE_DEFAULT,
                                              NET_BUFFER_POOL_PARAMETERS_REVISION_1,
                                              NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1}};
    parameters.PoolTag = CONFORMANCE_TAG;
    parameters.DataSize = data;
    return NdisAllocateNetBufferPool(NULL, &parameters);
}
