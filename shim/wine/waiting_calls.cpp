// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/waiting_calls.hpp"

#include <array>
#include <atomic>

#include "shim/wine/page.hpp"

namespace rsl::wine {

/// A thread that Wine ends while it waits leaves its place taken; the next thread of that id takes it over.
struct Place {
    std::atomic<uint32_t> thread = 0;  // 0: free
    std::atomic<uint64_t> request = 0;
    std::atomic<rsl_client*> client = nullptr;
};

namespace {

constexpr size_t kPlaces = 1024, kTries = 8;
constinit std::array<Place, kPlaces> places{};

Place& place_of(uint32_t thread, size_t attempt) { return places[(thread / 4 + attempt) % kPlaces]; }

Place* take_place(uint32_t thread) {
    for (size_t attempt = 0; attempt < kTries; ++attempt) {
        Place& place = place_of(thread, attempt);
        uint32_t free = 0;
        if (place.thread.compare_exchange_strong(free, thread, std::memory_order_relaxed) || free == thread) return &place;
    }
    return nullptr;
}

}  // namespace

WaitingCall::WaitingCall(rsl_client* client, uint64_t request) : place_(take_place(windows_thread_id())) {
    if (place_ == nullptr) return;
    place_->client.store(client, std::memory_order_relaxed);
    place_->request.store(request, std::memory_order_release);  // pairs with cancel_waiting_call()
}

WaitingCall::~WaitingCall() {
    if (place_ == nullptr) return;
    place_->request.store(0, std::memory_order_relaxed);
    place_->thread.store(0, std::memory_order_release);
}

bool cancel_waiting_call(uint32_t thread) {
    for (size_t attempt = 0; attempt < kTries; ++attempt) {
        Place& place = place_of(thread, attempt);
        if (place.thread.load(std::memory_order_acquire) != thread) continue;
        const uint64_t request = place.request.load(std::memory_order_acquire);
        // The request may end meanwhile: its id is never used again, and the VM does not find it.
        return request != 0 && rsl_cancel(place.client.load(std::memory_order_relaxed), request) >= 0;
    }
    return false;
}

}  // namespace rsl::wine
