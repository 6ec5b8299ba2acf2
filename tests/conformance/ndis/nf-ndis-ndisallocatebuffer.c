/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisAllocateBufferPool, NdisFreeBufferPool, NdisCopyBuffer and NDIS_BUFFER_TO_SPAN_PAGES. */
#include "legacy.h"

static CHAR Bytes[3 * PAGE_SIZE];

static NDIS_HANDLE Pool(VOID) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    NDIS_HANDLE pool = NULL;
    NdisAllocateBufferPool(&status, &pool, 4);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    return pool;
}
static PNDIS_BUFFER BufferOf(NDIS_HANDLE pool, PVOID memory, UINT bytes) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    PNDIS_BUFFER buffer = NULL;
    NdisAllocateBuffer(&status, &buffer, pool, memory, bytes);
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    return buffer;
}

CONFORMANCE(NdisAllocateBufferPool, AlwaysSucceeds) {
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    NDIS_HANDLE pool = NULL;
    AT_IRQL(DISPATCH_LEVEL, NdisAllocateBufferPool(&status, &pool, 0xFFFFFFFF));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    CHECK(pool != NULL);
    NdisFreeBufferPool(pool);
}
CONFORMANCE(NdisFreeBufferPool, LeavesBuffersThatAreOut) {
    NDIS_HANDLE pool = Pool();
    PNDIS_BUFFER buffer = BufferOf(pool, Bytes, 10);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeBufferPool(pool));
    REQUIRE(buffer != NULL);
    CHECK_EQ(NdisBufferLength(buffer), 10);
    NdisFreeBuffer(buffer);
}
CONFORMANCE(NdisAllocateBuffer, DescribesTheMemory) {
    NDIS_HANDLE pool = Pool();
    PNDIS_BUFFER buffer = NULL;
    PVOID memory = NULL;
    UINT length = 0, offset = 0;
    AT_IRQL(DISPATCH_LEVEL, buffer = BufferOf(pool, Bytes + 5, 100));
    REQUIRE(buffer != NULL);
    NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
    CHECK(memory == Bytes + 5);
    CHECK_EQ(length, 100);
    NdisQueryBufferOffset(buffer, &offset, &length);
    CHECK_EQ(offset, ((ULONG_PTR)Bytes + 5) % PAGE_SIZE);
    CHECK(NDIS_BUFFER_LINKAGE(buffer) == NULL);
    NdisFreeBuffer(buffer);
    NdisFreeBufferPool(pool);
}
CONFORMANCE(NdisAllocateBuffer, ThePoolIsOptional) {
    PNDIS_BUFFER buffer = BufferOf(NULL, Bytes, 1);
    REQUIRE(buffer != NULL);
    NdisFreeBuffer(buffer);
}
CONFORMANCE(NdisCopyBuffer, DescribesAPart) {
    PNDIS_BUFFER whole = BufferOf(NULL, Bytes, PAGE_SIZE + 100), part = NULL;
    NDIS_STATUS status = NDIS_STATUS_FAILURE;
    PVOID memory = NULL;
    UINT length = 0;
    REQUIRE(whole != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisCopyBuffer(&status, &part, NULL, whole, PAGE_SIZE - 10, 50));
    CHECK_STATUS(status, NDIS_STATUS_SUCCESS);
    REQUIRE(part != NULL);
    NdisQueryBufferSafe(part, &memory, &length, NormalPagePriority);
    CHECK(memory == Bytes + PAGE_SIZE - 10);
    CHECK_EQ(length, 50);
    NdisFreeBuffer(part);
    NdisFreeBuffer(whole);
}
CONFORMANCE(NdisCopyBuffer, RefusesWhatIsNoPart) {
    PNDIS_BUFFER whole = BufferOf(NULL, Bytes, 100), part = NULL;
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    REQUIRE(whole != NULL);
    NdisCopyBuffer(&status, &part, NULL, whole, 60, 41);
    CHECK(status != NDIS_STATUS_SUCCESS);
    NdisFreeBuffer(whole);
}
CONFORMANCE(NDIS_BUFFER_TO_SPAN_PAGES, CountsThePagesThatItTouches) {
    CHAR* page = (CHAR*)(((ULONG_PTR)Bytes + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1));
    static const struct {
        UINT Offset, Bytes, Pages;
    } kCases[] = {{0, 1, 1},
                  {0, PAGE_SIZE, 1},
                  {PAGE_SIZE - 1, 1, 1},
                  {PAGE_SIZE - 1, 2, 2},
                  {1, PAGE_SIZE, 2}};
    for (ULONG i = 0; i < RTL_NUMBER_OF(kCases); ++i) {
        PNDIS_BUFFER buffer = BufferOf(NULL, page + kCases[i].Offset, kCases[i].Bytes);
        ULONG pages = 0;
        REQUIRE(buffer != NULL);
        AT_IRQL(DISPATCH_LEVEL, pages = NDIS_BUFFER_TO_SPAN_PAGES(buffer));
        CHECK_EQ(pages, kCases[i].Pages);
        NdisFreeBuffer(buffer);
    }
}
CONFORMANCE(NDIS_BUFFER_TO_SPAN_PAGES, OneForABufferWithoutBytes) {
    PNDIS_BUFFER buffer = BufferOf(NULL, Bytes, 10);
    REQUIRE(buffer != NULL);
    NdisAdjustBufferLength(buffer, 0);
    CHECK_EQ(NDIS_BUFFER_TO_SPAN_PAGES(buffer), 1);
    NdisFreeBuffer(buffer);
}
