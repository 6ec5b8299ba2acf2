// SPDX-License-Identifier: GPL-2.0-only
// Requests, cancels and frees on several processors, which host threads play: each request's
// routine is called or the request is cancelled, never both, and nobody waits for ever.
#include <atomic>
#include <thread>
#include <vector>

#include "kernel/hal/dma/test_adapter.hpp"

namespace rsl::hal {
namespace {

constexpr int kProcessors = 4;
constexpr int kRounds = 2000;

struct Request {
    std::atomic<PVOID> base = nullptr;
    std::atomic<int> calls = 0;
    IO_ALLOCATION_ACTION action = DeallocateObjectKeepRegisters;
    static IO_ALLOCATION_ACTION NTAPI routine(PDEVICE_OBJECT, PIRP, PVOID base, PVOID context) {
        auto& self = *static_cast<Request*>(context);
        const IO_ALLOCATION_ACTION action = self.action;
        self.base.store(base, std::memory_order_relaxed);
        self.calls.fetch_add(1, std::memory_order_release);  // pairs with the wait for it
        return action;
    }
};

/// Asks, tries to cancel half of the time, and frees what it has got. Returns how often both or
/// none of them happened.
int play(const TestAdapter& adapter, int processor) {
    int wrong = 0;
    for (int round = 0; round < kRounds; ++round) {
        TestContext context(adapter);
        Request request;
        const bool keeps = (round + processor) % 5 == 0;
        if (keeps) request.action = KeepObject;
        const ULONG count = 1 + static_cast<ULONG>(round + processor) % 4;
        const NTSTATUS status = adapter->AllocateAdapterChannelEx(
            adapter, &test_device, context, count, 0, &Request::routine, &request, nullptr);
        if (status != STATUS_SUCCESS) ++wrong;
        const bool cancelled =
            round % 2 == 0 && adapter->CancelAdapterChannel(adapter, &test_device, context);
        while (!cancelled && request.calls.load(std::memory_order_acquire) == 0)
            std::this_thread::yield();  // pairs with the routine
        if (request.calls.load(std::memory_order_acquire) != (cancelled ? 0 : 1))
            ++wrong;  // pairs with the routine
        if (cancelled) continue;
        AtDispatch level;
        if (keeps) {
            adapter->FreeAdapterChannel(adapter);
        } else {
            adapter->FreeMapRegisters(adapter, request.base.load(std::memory_order_relaxed), count);
        }
    }
    return wrong;
}

}  // namespace

RSL_TEST(DmaChannelRace, EachRequestIsServedOrCancelled)
{
    TestAdapter adapter(Reach::k64Bits, Elements::kOne, 5 * kPage);
    RSL_REQUIRE(adapter.self != nullptr);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> processors;
    for (int i = 0; i < kProcessors; ++i) {
        processors.emplace_back(
            [&, i] { wrong.fetch_add(play(adapter, i), std::memory_order_relaxed); });
    }
    for (std::thread& processor : processors) processor.join();
    RSL_EXPECT_EQ(wrong.load(std::memory_order_relaxed), 0);
    TestContext context(adapter);  // all registers are back
    PVOID base = nullptr;
    RSL_EXPECT_EQ(
        adapter->AllocateAdapterChannelEx(adapter, &test_device, context, adapter.registers,
                                          DMA_SYNCHRONOUS_CALLBACK, nullptr, nullptr, &base),
        STATUS_SUCCESS);
    adapter->FreeAdapterObject(adapter, DeallocateObject);
}

}  // namespace rsl::hal
