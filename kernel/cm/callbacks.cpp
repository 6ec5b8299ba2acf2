// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/callbacks.hpp"

#include <algorithm>

#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::cm {

/// One callback. Its address is not shown to drivers: the cookie is a number that never comes again.
struct Registration {
    PEX_CALLBACK_FUNCTION function;
    void* context;
    int64_t cookie;
    char16_t altitude[32];
    size_t altitude_length;
    std::atomic<uint32_t> running = 0;
    std::u16string_view altitude_text() const { return {altitude, altitude_length}; }
};

namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("CmCb");
constexpr uint32_t kMax = 16;

constinit ke::SpinLock callbacks_lock{ke::LockRank::kObject};
constinit Registration* callbacks[kMax] RSL_GUARDED_BY(callbacks_lock) = {};  // highest altitude first
constinit std::atomic<uint32_t> callback_count = 0;
constinit std::atomic<int64_t> last_cookie = 0x01D0'0000'0000'0000;

bool is_higher(std::u16string_view a, std::u16string_view b) {
    const size_t whole_a = std::min(a.find(u'.'), a.size()), whole_b = std::min(b.find(u'.'), b.size());
    return whole_a != whole_b ? whole_a > whole_b : a > b;
}

Result<void> enlist(Registration& fresh) {
    ke::InterruptLockGuard guard{callbacks_lock};
    if (callbacks[kMax - 1] != nullptr) return Status::kInsufficientResources;
    uint32_t place = 0;
    for (; place < kMax && callbacks[place] != nullptr; ++place) {
        if (fresh.altitude_length != 0 && callbacks[place]->altitude_text() == fresh.altitude_text())
            return Status(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
        if (is_higher(fresh.altitude_text(), callbacks[place]->altitude_text())) break;
    }
    std::copy_backward(callbacks + place, callbacks + kMax - 1, callbacks + kMax);
    callbacks[place] = &fresh;
    callback_count.fetch_add(1, std::memory_order_relaxed);
    return {};
}

Registration* delist(int64_t cookie) {
    ke::InterruptLockGuard guard{callbacks_lock};
    for (uint32_t i = 0; i < kMax; ++i) {
        Registration* found = callbacks[i];
        if (found == nullptr || found->cookie != cookie) continue;
        std::copy(callbacks + i + 1, callbacks + kMax, callbacks + i);
        callbacks[kMax - 1] = nullptr;
        callback_count.fetch_sub(1, std::memory_order_relaxed);
        return found;
    }
    return nullptr;
}

PVOID as_argument(REG_NOTIFY_CLASS what) { return reinterpret_cast<PVOID>(static_cast<ULONG_PTR>(what)); }

}  // namespace

Result<LARGE_INTEGER> register_callback(PEX_CALLBACK_FUNCTION function, std::u16string_view altitude,
                                        void* context) {
    if (function == nullptr || altitude.size() > std::size(Registration{}.altitude))
        return Status::kInvalidParameter;
    mm::UniquePool<Registration> fresh(RSL_TRY(mm::make<Registration>(kTag)));
    fresh->function = function;
    fresh->context = context;
    fresh->cookie = last_cookie.fetch_add(1, std::memory_order_relaxed) + 1;
    fresh->altitude_length = altitude.size();
    std::copy(altitude.begin(), altitude.end(), fresh->altitude);
    RSL_TRY(enlist(*fresh));
    return LARGE_INTEGER{.QuadPart = fresh.release()->cookie};
}

Result<void> unregister_callback(LARGE_INTEGER cookie) {
    Registration* registration = delist(cookie.QuadPart);
    if (registration == nullptr) return Status::kInvalidParameter;
    ke::Event never(ke::Event::Kind::kNotification);
    constexpr uint64_t kPauseNs = 1'000'000;
    while (registration->running.load(std::memory_order_acquire) != 0)  // pairs with ~Watch
        never.wait(ke::Deadline::after_ns(kPauseNs));
    mm::destroy(registration);
    return {};
}

bool is_watched() { return callback_count.load(std::memory_order_relaxed) != 0; }

Watch::Watch(REG_NOTIFY_CLASS before, REG_NOTIFY_CLASS after, void* information, PVOID& call_context)
    : before_(before), after_(after), information_(information), call_context_(call_context) {
    ke::InterruptLockGuard guard{callbacks_lock};
    for (Registration* registration : callbacks) {
        if (registration == nullptr) break;
        registration->running.fetch_add(1, std::memory_order_relaxed);
        callbacks_[count_++] = registration;
    }
}
Watch::~Watch() {
    for (uint32_t i = 0; i < count_; ++i) callbacks_[i]->running.fetch_sub(1, std::memory_order_release);
}

NTSTATUS Watch::ask() {
    for (asked_ = 0; asked_ < count_; ++asked_) {
        call_context_ = nullptr;
        Registration& callback = *callbacks_[asked_];
        const NTSTATUS status = callback.function(callback.context, as_argument(before_), information_);
        call_contexts_[asked_] = call_context_;
        if (status < 0) return status;  // those above it hear of the end, itself and those below do not
    }
    return STATUS_SUCCESS;
}

NTSTATUS Watch::tell(void* object, NTSTATUS status) {
    for (uint32_t i = asked_; i-- != 0;) {
        call_context_ = call_contexts_[i];
        REG_POST_OPERATION_INFORMATION post = {.Object = object,
                                               .Status = status,
                                               .PreInformation = information_,
                                               .ReturnStatus = status,
                                               .CallContext = call_context_};
        const NTSTATUS said = callbacks_[i]->function(callbacks_[i]->context, as_argument(after_), &post);
        if (said == STATUS_CALLBACK_BYPASS) status = post.ReturnStatus;
    }
    return status;
}

}  // namespace rsl::cm
