// SPDX-License-Identifier: GPL-2.0-only
// Who gets the channel and map registers when, and who never does.
#include "kernel/hal/dma/test_adapter.hpp"

namespace rsl::hal {

RSL_TEST(DmaChannel, WhoFindsTooFewRegistersWaits)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, 200 * kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    RSL_EXPECT_EQ(adapter.registers, 64u);
    AtDispatch level;
    TestChannel first, second, third, never;
    third.action = DeallocateObject;
    const auto allocate = [&](ULONG count, TestChannel& channel) {
        return adapter->AllocateAdapterChannel(adapter, &test_device, count, &TestChannel::routine,
                                               &channel);
    };
    RSL_EXPECT_EQ(allocate(65, never), STATUS_INSUFFICIENT_RESOURCES);
    RSL_EXPECT_EQ(allocate(40, first), STATUS_SUCCESS);
    RSL_EXPECT_EQ(allocate(30, second), STATUS_SUCCESS);
    RSL_EXPECT_EQ(allocate(10, third), STATUS_SUCCESS);
    RSL_EXPECT_EQ(first.calls, 1);
    RSL_EXPECT_EQ(second.calls, 0);
    RSL_EXPECT_EQ(third.calls, 0);  // in order, though it would fit
    adapter->FreeMapRegisters(adapter, first.base, 40);
    RSL_EXPECT_EQ(second.calls, 1);
    RSL_EXPECT_EQ(third.calls, 1);
    adapter->FreeMapRegisters(adapter, second.base, 30);
    RSL_EXPECT_EQ(never.calls, 0);
}

RSL_TEST(DmaChannel, WhoKeepsItHasItAlone)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kMany);  // no registers: it is about the channel
    RSL_REQUIRE(adapter.self != nullptr);
    AtDispatch level;
    TestChannel first, second;
    first.action = KeepObject;
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannel(adapter, &test_device, 1, &TestChannel::routine, &first),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannel(adapter, &test_device, 1, &TestChannel::routine, &second),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(second.calls, 0);
    adapter->FreeAdapterChannel(adapter);
    RSL_EXPECT_EQ(second.calls, 1);
    adapter->FreeMapRegisters(adapter, second.base, 1);
}

RSL_TEST(DmaChannel, FreeingItFreesItsRegisters)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, kPage);
    RSL_REQUIRE(adapter.self != nullptr && adapter.registers == 2);
    AtDispatch level;
    TestChannel first, second;
    first.action = KeepObject;
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannel(adapter, &test_device, 2, &TestChannel::routine, &first),
        STATUS_SUCCESS);
    adapter->FreeAdapterChannel(adapter);
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannel(adapter, &test_device, 2, &TestChannel::routine, &second),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(second.calls, 1);
    adapter->FreeMapRegisters(adapter, second.base, 2);
}

/// The transfer may be over, and the channel freed, before the routine that began it has returned.
RSL_TEST(DmaChannel, ItMayBeFreedWhileTheRoutineRuns)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    AtDispatch level;
    const auto routine = [](PDEVICE_OBJECT, PIRP, PVOID, PVOID context) NTAPI {
        const TestAdapter& its = *static_cast<TestAdapter*>(context);
        its->FreeAdapterChannel(its);
        return KeepObject;
    };
    RSL_EXPECT_EQ(adapter->AllocateAdapterChannel(adapter, &test_device, 2, routine, &adapter),
                  STATUS_SUCCESS);
    TestChannel next;
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannel(adapter, &test_device, 2, &TestChannel::routine, &next),
        STATUS_SUCCESS);
    RSL_EXPECT_EQ(next.calls, 1);
    adapter->FreeMapRegisters(adapter, next.base, 2);
}

RSL_TEST(DmaChannelEx, SynchronouslyItIsNowOrNotAtAll)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, 3 * kPage);
    RSL_REQUIRE(adapter.self != nullptr && adapter.registers == 4);
    TestContext contexts[] = {TestContext(adapter), TestContext(adapter), TestContext(adapter)};
    TestChannel first, second;
    const auto allocate = [&](TestContext& context, ULONG count, PDRIVER_CONTROL routine,
                              TestChannel* channel, PVOID* base) {
        return adapter->AllocateAdapterChannelEx(adapter, &test_device, context, count,
                                                 DMA_SYNCHRONOUS_CALLBACK, routine, channel, base);
    };
    RSL_EXPECT_EQ(allocate(contexts[0], 3, &TestChannel::routine, &first, nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(first.calls, 1);
    RSL_EXPECT_EQ(allocate(contexts[1], 2, &TestChannel::routine, &second, nullptr),
                  STATUS_INSUFFICIENT_RESOURCES);
    PVOID base = nullptr;
    RSL_EXPECT_EQ(allocate(contexts[1], 1, nullptr, nullptr, &base), STATUS_SUCCESS);
    RSL_EXPECT(base != nullptr);
    RSL_EXPECT_EQ(allocate(contexts[2], 0, &TestChannel::routine, &second, nullptr),
                  STATUS_INSUFFICIENT_RESOURCES);  // somebody holds it
    adapter->FreeAdapterObject(adapter, DeallocateObjectKeepRegisters);
    RSL_EXPECT_EQ(allocate(contexts[2], 0, &TestChannel::routine, &second, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(second.calls, 1);
    AtDispatch level;
    adapter->FreeMapRegisters(adapter, base, 1);
    adapter->FreeMapRegisters(adapter, first.base, 3);
}

RSL_TEST(DmaChannelEx, WhoWaitsCanBeCancelledAndTheNextIsServed)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, 3 * kPage);
    RSL_REQUIRE(adapter.self != nullptr && adapter.registers == 4);
    TestContext contexts[] = {TestContext(adapter), TestContext(adapter), TestContext(adapter)};
    TestChannel channels[3];
    const ULONG counts[] = {3, 4, 1};
    for (int i = 0; i < 3; ++i) {
        RSL_EXPECT_EQ(
            adapter->AllocateAdapterChannelEx(adapter, &test_device, contexts[i], counts[i], 0,
                                              &TestChannel::routine, &channels[i], nullptr),
            STATUS_SUCCESS);
    }
    RSL_EXPECT_EQ(channels[2].calls, 0);
    RSL_EXPECT_EQ(adapter->AllocateAdapterChannelEx(adapter, &test_device, contexts[1], 1, 0,
                                                    &TestChannel::routine, &channels[1], nullptr),
                  STATUS_INVALID_PARAMETER);  // the context is in use
    RSL_EXPECT_EQ(adapter->CancelAdapterChannel(adapter, &test_device, contexts[1]), TRUE);
    RSL_EXPECT_EQ(channels[2].calls, 1);
    RSL_EXPECT_EQ(adapter->CancelAdapterChannel(adapter, &test_device, contexts[0]), FALSE);
    AtDispatch level;
    adapter->FreeMapRegisters(adapter, channels[0].base, 3);
    adapter->FreeMapRegisters(adapter, channels[2].base, 1);
    RSL_EXPECT_EQ(channels[1].calls, 0);
}

RSL_TEST(DmaChannelEx, ARequestToComeCanBeCancelled)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne);
    RSL_REQUIRE(adapter.self != nullptr);
    TestContext context(adapter);
    TestChannel channel;
    RSL_EXPECT_EQ(adapter->CancelAdapterChannel(adapter, &test_device, context), TRUE);
    RSL_EXPECT_EQ(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 1, 0,
                                                    &TestChannel::routine, &channel, nullptr),
                  STATUS_CANCELLED);
    RSL_EXPECT_EQ(channel.calls, 0);
    adapter->InitializeDmaTransferContext(adapter, context);
    RSL_EXPECT_EQ(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 1, 0,
                                                    &TestChannel::routine, &channel, nullptr),
                  STATUS_SUCCESS);
    RSL_EXPECT_EQ(channel.calls, 1);
    AtDispatch level;
    adapter->FreeMapRegisters(adapter, channel.base, 1);
}

RSL_TEST(DmaChannelEx, AContextOfAnotherAdapterIsNone)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne), other(Reach::k64Bits, Elements::kOne);
    RSL_REQUIRE(adapter.self != nullptr && other.self != nullptr);
    TestContext context(other);
    TestChannel channel;
    RSL_EXPECT_EQ(adapter->AllocateAdapterChannelEx(adapter, &test_device, context, 1, 0,
                                                    &TestChannel::routine, &channel, nullptr),
                  STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(adapter->CancelAdapterChannel(adapter, &test_device, context), FALSE);
}

}  // namespace rsl::hal
