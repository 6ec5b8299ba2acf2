// SPDX-License-Identifier: GPL-2.0-only
#include <atomic>

#include "abi/functions/rtl.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ps/process.hpp"

namespace {

std::atomic<int> g_calls = 0;
constexpr uint64_t kContext = 0x1230;

ULONG NTAPI initialize(PRTL_RUN_ONCE, PVOID parameter, PVOID* context) {
    g_calls.fetch_add(1, std::memory_order_relaxed);
    if (parameter == nullptr) return FALSE;
    // Long enough for the other thread to arrive and wait.
    rsl::ke::Event never{rsl::ke::Event::Kind::kNotification};
    (void)never.wait(rsl::ke::Deadline::after_ns(5'000'000));
    *context = reinterpret_cast<PVOID>(kContext);
    return TRUE;
}

constinit RTL_RUN_ONCE g_once = {};
std::atomic<uint64_t> g_seen = 0;
void NTAPI execute(PVOID) {
    PVOID context = nullptr;
    if (RtlRunOnceExecuteOnce(&g_once, initialize, &g_once, &context) == STATUS_SUCCESS) {
        g_seen.fetch_add(reinterpret_cast<uint64_t>(context), std::memory_order_relaxed);
    }
}

}  // namespace

RSL_TEST(RunOnce, RunsOnceForAllThreads) {
    RtlRunOnceInitialize(&g_once);
    g_calls = 0;
    g_seen = 0;
    const auto first = rsl::ps::create_thread(rsl::ps::system_process(), execute, nullptr, KernelMode);
    const auto second = rsl::ps::create_thread(rsl::ps::system_process(), execute, nullptr, KernelMode);
    RSL_REQUIRE(bool(first) && bool(second));
    execute(nullptr);
    (void)rsl::ke::wait_one((*first)->header, rsl::ke::Deadline::never());
    (void)rsl::ke::wait_one((*second)->header, rsl::ke::Deadline::never());
    RSL_EXPECT_EQ(g_calls.load(), 1);
    RSL_EXPECT_EQ(g_seen.load(), 3 * kContext);
}

RSL_TEST(RunOnce, TriesAgainAfterAFailure) {
    RTL_RUN_ONCE once;
    RtlRunOnceInitialize(&once);
    g_calls = 0;
    PVOID context = nullptr;
    RSL_EXPECT_EQ(RtlRunOnceExecuteOnce(&once, initialize, nullptr, &context), STATUS_UNSUCCESSFUL);
    RSL_EXPECT_EQ(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context), STATUS_UNSUCCESSFUL);
    RSL_EXPECT_EQ(RtlRunOnceExecuteOnce(&once, initialize, &once, &context), STATUS_SUCCESS);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(context), kContext);
    RSL_EXPECT_EQ(g_calls.load(), 2);
}

RSL_TEST(RunOnce, LetsTheFirstOfManyWin) {
    RTL_RUN_ONCE once;
    RtlRunOnceInitialize(&once);
    PVOID context = nullptr;
    RSL_EXPECT_EQ(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context), STATUS_PENDING);
    RSL_EXPECT_EQ(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context), STATUS_PENDING);
    RSL_EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, reinterpret_cast<PVOID>(kContext)), STATUS_SUCCESS);
    RSL_EXPECT_EQ(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, nullptr), STATUS_UNSUCCESSFUL);
    RSL_EXPECT_EQ(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_SUCCESS);
    RSL_EXPECT_EQ(reinterpret_cast<uint64_t>(context), kContext);
    RSL_EXPECT_EQ(RtlRunOnceComplete(&once, 0, reinterpret_cast<PVOID>(uint64_t{3})), STATUS_INVALID_PARAMETER);
}
