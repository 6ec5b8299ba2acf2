// SPDX-License-Identifier: GPL-2.0-only
// Scatter/gather lists.
#include "kernel/hal/dma/test_adapter.hpp"

namespace rsl::hal {

RSL_TEST(DmaList, ADeviceThatReachesAllGetsTheMemoryItself)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(3);
    AtDispatch level;
    TestList taken;
    RSL_EXPECT_EQ(
        adapter->GetScatterGatherList(adapter, &test_device, buffer.mdl, buffer.index(100),
                                      2 * kPage, &TestList::routine, &taken, TRUE),
        STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    RSL_EXPECT_EQ(taken.list->NumberOfElements, 3u);
    RSL_EXPECT_EQ(&byte_of(*taken.list, 0),
                  static_cast<std::byte*>(arch::direct_map(
                      static_cast<uint64_t>(MmGetPhysicalAddress(&buffer.at(100)).QuadPart))));
    adapter->PutScatterGatherList(adapter, taken.list, TRUE);
}

RSL_TEST(DmaList, MemoryOutOfReachIsCopiedPageByPage)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(3);
    AtDispatch level;
    TestList taken;
    RSL_EXPECT_EQ(adapter->GetScatterGatherList(adapter, &test_device, buffer.mdl, buffer.index(10),
                                                2 * kPage + 5, &TestList::routine, &taken, FALSE),
                  STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    for (ULONG i = 0; i < taken.list->NumberOfElements; ++i) {
        const SCATTER_GATHER_ELEMENT& element = taken.list->Elements[i];
        RSL_EXPECT(element.Address.QuadPart + element.Length <= kIsaReach);
    }
    RSL_REQUIRE(bytes_of(*taken.list) == 2 * kPage + 5);
    for (ULONG i = 0; i < 2 * kPage + 5; ++i) byte_of(*taken.list, i) = std::byte(i * 5);
    adapter->PutScatterGatherList(adapter, taken.list, FALSE);
    bool same = true;
    for (ULONG i = 0; i < 2 * kPage + 5; ++i) same &= buffer.at(10 + i) == std::byte(i * 5);
    RSL_EXPECT(same);
}

RSL_TEST(DmaList, TheCopyHasAnMdlOfItsOwn)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    AtDispatch level;
    TestList taken;
    RSL_REQUIRE(adapter->GetScatterGatherList(adapter, &test_device, buffer.mdl, buffer.index(8),
                                              kPage, &TestList::routine, &taken,
                                              TRUE) == STATUS_SUCCESS);
    PMDL copy = nullptr;
    RSL_EXPECT_EQ(adapter->BuildMdlFromScatterGatherList(adapter, taken.list, buffer.mdl, &copy),
                  STATUS_SUCCESS);
    RSL_REQUIRE(copy != nullptr && copy != buffer.mdl);
    RSL_EXPECT_EQ(copy->ByteOffset, 8u);
    RSL_EXPECT_EQ(copy->ByteCount, kPage);
    const auto* pages = reinterpret_cast<const PFN_NUMBER*>(copy + 1);
    RSL_EXPECT_EQ(static_cast<std::byte*>(arch::direct_map(pages[1] * kPage))[0], buffer.at(kPage));
    RSL_EXPECT_EQ(adapter->BuildMdlFromScatterGatherList(adapter, taken.list, buffer.mdl, &copy),
                  STATUS_NONE_MAPPED);
    adapter->PutScatterGatherList(adapter, taken.list, TRUE);
}

RSL_TEST(DmaList, OneThatIsTooLongForTheRegistersIsRefused)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(8);
    AtDispatch level;
    TestList taken;
    RSL_EXPECT_EQ(adapter->GetScatterGatherList(adapter, &test_device, buffer.mdl, buffer.index(0),
                                                8 * kPage, &TestList::routine, &taken, TRUE),
                  STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(adapter->GetScatterGatherList(adapter, &test_device, buffer.mdl, buffer.index(1),
                                                8 * kPage, &TestList::routine, &taken, TRUE),
                  STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(taken.calls, 0);
}

RSL_TEST(DmaList, OneMayLieInTheDriversMemory)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    AtDispatch level;
    ULONG bytes = 0, registers = 0;
    RSL_EXPECT_EQ(adapter->CalculateScatterGatherList(adapter, buffer.mdl, buffer.index(0),
                                                      2 * kPage, &bytes, &registers),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(registers, 2u);
    RSL_EXPECT_EQ(adapter->CalculateScatterGatherList(adapter, buffer.mdl, buffer.index(0),
                                                      2 * kPage + 1, &bytes, &registers),
                  STATUS_BUFFER_TOO_SMALL);
    alignas(8) static std::byte room[512];
    RSL_REQUIRE(bytes <= sizeof(room));
    TestList taken;
    RSL_EXPECT_EQ(adapter->BuildScatterGatherList(adapter, &test_device, buffer.mdl,
                                                  buffer.index(0), 2 * kPage, &TestList::routine,
                                                  &taken, TRUE, room, bytes - 1),
                  STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(
        adapter->BuildScatterGatherList(adapter, &test_device, buffer.mdl, buffer.index(0),
                                        2 * kPage, &TestList::routine, &taken, TRUE, room, bytes),
        STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    RSL_EXPECT_EQ(static_cast<void*>(taken.list), static_cast<void*>(room));
    bool same = true;
    for (ULONG i = 0; i < 2 * kPage; ++i) same &= byte_of(*taken.list, i) == buffer.at(i);
    RSL_EXPECT(same);
    adapter->PutScatterGatherList(adapter, taken.list, TRUE);
}

RSL_TEST(DmaListEx, BeginsAtAnOffsetOfTheChain)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer first(1), second(2);
    first.mdl->Next = second.mdl;
    DMA_TRANSFER_INFO info = {};
    info.Version = DMA_TRANSFER_INFO_VERSION2;
    RSL_EXPECT_EQ(adapter->GetDmaTransferInfo(adapter, first.mdl, kPage + 8, kPage, TRUE, &info),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(info.V2.ScatterGatherElementCount, 2u);
    RSL_EXPECT_EQ(info.V2.MapRegisterCount, 2u);
    RSL_EXPECT_EQ(info.V2.LogicalPageCount, 2u);
    RSL_EXPECT_EQ(info.V2.ScatterGatherListSize,
                  sizeof(SCATTER_GATHER_LIST) + 2 * sizeof(SCATTER_GATHER_ELEMENT));
    AtDispatch level;
    TestContext context(adapter);
    TestList taken;
    SCATTER_GATHER_LIST* list = nullptr;
    RSL_EXPECT_EQ(adapter->GetScatterGatherListEx(adapter, &test_device, context, first.mdl,
                                                  kPage + 8, kPage, 0, &TestList::routine, &taken,
                                                  TRUE, nullptr, nullptr, &list),
                  STATUS_SUCCESS);
    RSL_REQUIRE(taken.calls == 1);
    RSL_EXPECT_EQ(list, taken.list);
    RSL_EXPECT_EQ(list->NumberOfElements, 2u);
    RSL_EXPECT_EQ(byte_of(*list, 0), second.at(8));
    RSL_EXPECT_EQ(byte_of(*list, kPage - 1), second.at(kPage + 7));
    adapter->PutScatterGatherList(adapter, list, TRUE);
    first.mdl->Next = nullptr;
}

RSL_TEST(DmaListEx, WithoutARoutineTheCallerHoldsTheAdapter)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    TestContext context(adapter), other(adapter);
    SCATTER_GATHER_LIST* list = nullptr;
    RSL_REQUIRE(adapter->GetScatterGatherListEx(adapter, &test_device, context, buffer.mdl, 0,
                                                kPage, DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr,
                                                FALSE, nullptr, nullptr, &list) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(bytes_of(*list), kPage);
    TestList later;
    RSL_EXPECT_EQ(adapter->GetScatterGatherListEx(
                      adapter, &test_device, other, buffer.mdl, 0, kPage, DMA_SYNCHRONOUS_CALLBACK,
                      &TestList::routine, &later, FALSE, nullptr, nullptr, nullptr),
                  STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(adapter->GetScatterGatherListEx(adapter, &test_device, other, buffer.mdl, 0,
                                                  kPage, 0, &TestList::routine, &later, FALSE,
                                                  nullptr, nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(later.calls, 0);
    adapter->FreeAdapterObject(adapter, KeepObject);
    RSL_EXPECT_EQ(later.calls, 0);
    adapter->FreeAdapterObject(adapter, DeallocateObjectKeepRegisters);
    RSL_EXPECT_EQ(later.calls, 1);
    byte_of(*list, 3) = std::byte{0x77};
    AtDispatch level;
    adapter->PutScatterGatherList(adapter, list, FALSE);
    RSL_EXPECT_EQ(buffer.at(3), std::byte{0x77});
    adapter->PutScatterGatherList(adapter, later.list, TRUE);
}

RSL_TEST(DmaListEx, FreeAdapterObjectMayEndTheTransfer)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany, kPage);  // two registers
    RSL_REQUIRE(adapter.self != nullptr && adapter.registers == 2);
    TestBuffer buffer(2);
    TestContext context(adapter), other(adapter);
    alignas(8) std::byte room[128];
    SCATTER_GATHER_LIST* list = nullptr;
    RSL_REQUIRE(adapter->BuildScatterGatherListEx(adapter, &test_device, context, buffer.mdl, 0,
                                                  2 * kPage, DMA_SYNCHRONOUS_CALLBACK, nullptr,
                                                  nullptr, FALSE, room, sizeof(room), nullptr,
                                                  nullptr, &list) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(static_cast<void*>(list), static_cast<void*>(room));
    byte_of(*list, kPage) = std::byte{0x55};
    adapter->FreeAdapterObject(adapter, DeallocateObject);
    RSL_EXPECT_EQ(buffer.at(kPage), std::byte{0x55});
    TestList next;  // the registers are there again
    RSL_EXPECT_EQ(
        adapter->GetScatterGatherListEx(adapter, &test_device, other, buffer.mdl, 0, 2 * kPage,
                                        DMA_SYNCHRONOUS_CALLBACK, &TestList::routine, &next, TRUE,
                                        nullptr, nullptr, nullptr),
        STATUS_SUCCESS);
    AtDispatch level;
    adapter->PutScatterGatherList(adapter, list, FALSE);
    RSL_REQUIRE(next.calls == 1);
    adapter->PutScatterGatherList(adapter, next.list, TRUE);
}

RSL_TEST(DmaListEx, OneThatWaitsCanBeCancelled)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany, kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    TestContext context(adapter), other(adapter);
    TestList first, never;
    RSL_REQUIRE(adapter->GetScatterGatherListEx(adapter, &test_device, context, buffer.mdl, 0,
                                                2 * kPage, 0, &TestList::routine, &first, TRUE,
                                                nullptr, nullptr, nullptr) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(adapter->GetScatterGatherListEx(adapter, &test_device, other, buffer.mdl, 0,
                                                  kPage, 0, &TestList::routine, &never, TRUE,
                                                  nullptr, nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(adapter->CancelAdapterChannel(adapter, &test_device, other), TRUE);
    RSL_EXPECT_EQ(adapter->CancelAdapterChannel(adapter, &test_device, context), FALSE);
    AtDispatch level;
    adapter->PutScatterGatherList(adapter, first.list, TRUE);
    RSL_EXPECT_EQ(never.calls, 0);
}

RSL_TEST(DmaListEx, RefusesWhatThePageRefuses)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    TestContext context(adapter);
    alignas(8) std::byte none[DMA_TRANSFER_CONTEXT_SIZE_V1] = {};
    alignas(8) std::byte room[40];  // one element
    TestList never;
    SCATTER_GATHER_LIST* list = nullptr;
    const auto get = [&](PVOID in, ULONGLONG offset, ULONG length, ULONG flags,
                         PDRIVER_LIST_CONTROL routine, SCATTER_GATHER_LIST** out) {
        return adapter->GetScatterGatherListEx(adapter, &test_device, in, buffer.mdl, offset,
                                               length, flags, routine, &never, TRUE, nullptr,
                                               nullptr, out);
    };
    RSL_EXPECT_EQ(get(context, 0, 2 * kPage + 1, 0, &TestList::routine, nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(get(context, 2 * kPage, 1, 0, &TestList::routine, nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(get(context, 0, 0, 0, &TestList::routine, nullptr), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(get(context, 0, 1, 0x100, &TestList::routine, nullptr), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(get(context, 0, 1, 0, nullptr, &list), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(get(context, 0, 1, DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(get(none, 0, 1, 0, &TestList::routine, nullptr), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(adapter->BuildScatterGatherListEx(adapter, &test_device, context, buffer.mdl, 0,
                                                    kPage + 1, 0, &TestList::routine, &never, TRUE,
                                                    room, sizeof(room), nullptr, nullptr, nullptr),
                  STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(never.calls, 0);
}

}  // namespace rsl::hal
