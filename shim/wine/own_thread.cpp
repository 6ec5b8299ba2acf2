// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/own_thread.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <utility>

#include "abi/types/status.h"
#include "shim/wine/client_id.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/windows_image.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kCurrentProcess = ~uint64_t{0}, kThreadAllAccess = 0x1FFFFF;
constexpr uint64_t kCreateSuspended = 1;  // THREAD_CREATE_FLAGS_CREATE_SUSPENDED
/// A thread that has been made and has not come yet.
struct Expected {
    uint32_t thread = 0;
    OwnThreadBody body = nullptr;
};
constinit std::mutex mutex;
constinit std::array<Expected, 4> expected;  // guarded by mutex
constinit std::atomic<uint32_t> expected_count = 0;

NTSTATUS expect(uint64_t thread, OwnThreadBody body) {
    const uint32_t id = id_of_thread(thread).thread;
    if (id == 0) return STATUS_UNSUCCESSFUL;
    std::lock_guard guard{mutex};
    for (Expected& place : expected) {
        if (place.body != nullptr) continue;
        place = {id, body};
        expected_count.fetch_add(1, std::memory_order_release);  // pairs with serve_if_own_thread()
        return STATUS_SUCCESS;
    }
    return STATUS_INSUFFICIENT_RESOURCES;
}

OwnThreadBody take_expected(uint32_t thread) {
    std::lock_guard guard{mutex};
    for (Expected& place : expected) {
        if (place.body == nullptr || place.thread != thread) continue;
        expected_count.fetch_sub(1, std::memory_order_relaxed);
        return std::exchange(place, Expected{}).body;
    }
    return nullptr;
}

}  // namespace

NTSTATUS start_own_thread(OwnThreadBody body) {
    static const uint64_t start = windows_stub("NtDelayExecution");
    if (start == 0) return STATUS_PROCEDURE_NOT_FOUND;
    uint64_t thread = 0;
    NTSTATUS status = call_ntdll("NtCreateThreadEx", {word(&thread), kThreadAllAccess, 0, kCurrentProcess, start, 0,
                                                      kCreateSuspended, 0, 0, 0, 0});
    if (status < 0) return status;
    status = expect(thread, body);
    if (status < 0) {
        (void)call_ntdll("NtTerminateThread", {thread, static_cast<uint32_t>(status)});
    } else {
        (void)call_ntdll("NtResumeThread", {thread, 0});
    }
    (void)original(Call::kNtClose, {thread});
    return status;
}

void serve_if_own_thread() {
    if (expected_count.load(std::memory_order_acquire) == 0) return;  // pairs with expect()
    if (const OwnThreadBody body = take_expected(windows_thread_id())) body();
}

}  // namespace rsl::wine
