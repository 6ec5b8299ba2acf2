// SPDX-License-Identifier: GPL-2.0-only
// Packets: AllocateAdapterChannel, MapTransfer and what belongs to them.
#include "kernel/hal/dma/test_adapter.hpp"

namespace rsl::hal {
namespace {

/// Room for a list of so many elements.
template <ULONG kElements>
struct Room {
    alignas(8) std::byte
        bytes[sizeof(SCATTER_GATHER_LIST) + kElements * sizeof(SCATTER_GATHER_ELEMENT)] = {};
    SCATTER_GATHER_LIST* list() { return reinterpret_cast<SCATTER_GATHER_LIST*>(bytes); }
};

}  // namespace

RSL_TEST(DmaPacket, ADeviceWithoutScatterGatherGetsOneAddressForAll)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(4);
    AtDispatch level;
    TestChannel channel;
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannel(adapter, &test_device, 4, &TestChannel::routine, &channel),
        STATUS_SUCCESS);
    RSL_REQUIRE(channel.calls == 1);
    ULONG length = 3 * kPage;
    const PHYSICAL_ADDRESS to_device =
        adapter->MapTransfer(adapter, buffer.mdl, channel.base, buffer.index(50), &length, TRUE);
    RSL_EXPECT_EQ(length, 3 * kPage);
    bool same = true;
    for (ULONG i = 0; i < length; ++i) same &= seen(to_device)[i] == buffer.at(50 + i);
    RSL_EXPECT(same);
    adapter->FlushAdapterBuffers(adapter, buffer.mdl, channel.base, buffer.index(50), length, TRUE);

    const PHYSICAL_ADDRESS from_device =
        adapter->MapTransfer(adapter, buffer.mdl, channel.base, buffer.index(50), &length, FALSE);
    RSL_EXPECT_EQ(length, 3 * kPage);
    for (ULONG i = 0; i < length; ++i) seen(from_device)[i] = std::byte(i * 3);
    adapter->FlushAdapterBuffers(adapter, buffer.mdl, channel.base, buffer.index(50), length,
                                 FALSE);
    for (ULONG i = 0; i < length; ++i) same &= buffer.at(50 + i) == std::byte(i * 3);
    RSL_EXPECT(same);
    RSL_EXPECT(buffer.at(49) == std::byte(49 * 7));
    adapter->FreeMapRegisters(adapter, channel.base, 4);
}

RSL_TEST(DmaPacketEx, MapsAListFromAnOffset)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(3);
    TestContext context(adapter);
    TestChannel channel;
    RSL_REQUIRE(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 3, 0,
                                                  &TestChannel::routine, &channel,
                                                  nullptr) == STATUS_SUCCESS);
    RSL_REQUIRE(channel.calls == 1);
    Room<3> room;
    ULONG length = kPage;
    RSL_EXPECT_EQ(adapter->MapTransferEx(adapter, buffer.mdl, channel.base, kPage + 8, 0, &length,
                                         FALSE, room.list(), sizeof(room.bytes), nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(length, kPage);
    RSL_EXPECT_EQ(room.list()->NumberOfElements, 1u);  // the registers are neighbours
    RSL_REQUIRE(bytes_of(*room.list()) == kPage);
    for (ULONG i = 0; i < kPage; ++i) byte_of(*room.list(), i) = std::byte(i * 3);
    RSL_EXPECT_EQ(
        adapter->FlushAdapterBuffersEx(adapter, buffer.mdl, channel.base, kPage + 8, kPage, FALSE),
        STATUS_SUCCESS);
    bool same = true;
    for (ULONG i = 0; i < kPage; ++i) same &= buffer.at(kPage + 8 + i) == std::byte(i * 3);
    RSL_EXPECT(same);
    AtDispatch level;
    adapter->FreeMapRegisters(adapter, channel.base, 3);
}

/// A transfer in parts, as many as the registers and the list allow.
RSL_TEST(DmaPacketEx, MapsAsMuchAsThereAreRegistersFor)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany, kPage);  // two registers
    RSL_REQUIRE(adapter.self != nullptr && adapter.registers == 2);
    TestBuffer buffer(5);
    TestContext context(adapter);
    PVOID base = nullptr;
    RSL_REQUIRE(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 2,
                                                  DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr,
                                                  &base) == STATUS_SUCCESS);
    Room<8> room;
    ULONG done = 0, parts = 0;
    bool same = true;
    while (done < buffer.bytes - 100) {
        ULONG length = buffer.bytes - 100 - done;
        RSL_REQUIRE(adapter->MapTransferEx(adapter, buffer.mdl, base, 100 + done, 0, &length, TRUE,
                                           room.list(), sizeof(room.bytes), nullptr,
                                           nullptr) == STATUS_SUCCESS);
        RSL_REQUIRE(length != 0 && bytes_of(*room.list()) == length);
        for (ULONG i = 0; i < length; ++i)
            same &= byte_of(*room.list(), i) == buffer.at(100 + done + i);
        RSL_EXPECT_EQ(
            adapter->FlushAdapterBuffersEx(adapter, buffer.mdl, base, 100 + done, length, TRUE),
            STATUS_SUCCESS);
        done += length;
        ++parts;
    }
    RSL_EXPECT(same);
    RSL_EXPECT_EQ(parts, 3u);
    adapter->FreeAdapterObject(adapter, DeallocateObject);
}

RSL_TEST(DmaPacketEx, MapsAsMuchAsTheListHasRoomFor)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(4);
    TestContext context(adapter);
    PVOID base = nullptr;
    RSL_REQUIRE(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 4,
                                                  DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr,
                                                  &base) == STATUS_SUCCESS);
    Room<2> room;
    ULONG length = 4 * kPage - 16;
    RSL_EXPECT_EQ(adapter->MapTransferEx(adapter, buffer.mdl, base, 16, 0, &length, TRUE,
                                         room.list(), sizeof(room.bytes), nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(room.list()->NumberOfElements, 2u);
    RSL_EXPECT_EQ(length, 2 * kPage - 16);
    adapter->FreeAdapterObject(adapter, DeallocateObject);
}

RSL_TEST(DmaPacketEx, WithoutScatterGatherOneElementForAll)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(3);
    TestContext context(adapter);
    PVOID base = nullptr;
    RSL_REQUIRE(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 2,
                                                  DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr,
                                                  &base) == STATUS_SUCCESS);
    Room<4> room;
    ULONG length = 3 * kPage;
    RSL_EXPECT_EQ(adapter->MapTransferEx(adapter, buffer.mdl, base, 0, 0, &length, TRUE,
                                         room.list(), sizeof(room.bytes), nullptr, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(room.list()->NumberOfElements, 1u);
    RSL_EXPECT_EQ(length, 2 * kPage);  // two registers
    adapter->FreeAdapterObject(adapter, DeallocateObject);
}

RSL_TEST(DmaPacketEx, RefusesWhatThePageRefuses)
{
    TestAdapter adapter(Reach::k24Bits, Elements::kMany);
    RSL_REQUIRE(adapter.self != nullptr);
    TestBuffer buffer(2);
    TestContext context(adapter);
    TestChannel never;
    PVOID base = nullptr;
    const auto allocate = [&](ULONG count, ULONG flags, PDRIVER_CONTROL routine, PVOID* out) {
        return adapter->AllocateAdapterChannelEx(adapter, &test_device, context, count, flags,
                                                 routine, &never, out);
    };
    RSL_EXPECT_EQ(allocate(1, 0, nullptr, nullptr), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(allocate(1, 0, &TestChannel::routine, &base), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(allocate(1, DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(allocate(adapter.registers + 1, 0, &TestChannel::routine, nullptr),
                  STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(never.calls, 0);
    RSL_EXPECT_EQ(adapter->InitializeDmaTransferContext(adapter, nullptr),
                  STATUS_INVALID_PARAMETER);

    RSL_REQUIRE(allocate(2, DMA_SYNCHRONOUS_CALLBACK, nullptr, &base) == STATUS_SUCCESS);
    Room<2> room;
    const auto map = [&](ULONGLONG offset, ULONG length, SCATTER_GATHER_LIST* list, ULONG bytes,
                         PDMA_COMPLETION_ROUTINE completion) {
        return adapter->MapTransferEx(adapter, buffer.mdl, base, offset, 0, &length, TRUE, list,
                                      bytes, completion, nullptr);
    };
    RSL_EXPECT_EQ(map(0, kPage, nullptr, 0, nullptr), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(map(0, kPage, room.list(), sizeof(SCATTER_GATHER_LIST), nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(map(kPage, kPage + 1, room.list(), sizeof(room.bytes), nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(map(0, kPage, room.list(), sizeof(room.bytes),
                      [](PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, DMA_COMPLETION_STATUS) NTAPI {}),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(map(0, 2 * kPage, room.list(), sizeof(room.bytes), nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(map(0, kPage, room.list(), sizeof(room.bytes), nullptr),
                  STATUS_INSUFFICIENT_RESOURCES);  // not flushed
    RSL_EXPECT_EQ(adapter->FlushAdapterBuffersEx(adapter, buffer.mdl, base, 0, 2 * kPage + 1, TRUE),
                  STATUS_INVALID_PARAMETER);
    adapter->FreeAdapterObject(adapter, DeallocateObject);
}

}  // namespace rsl::hal
