// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/deferred_signals.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <utility>

namespace rsl::wine {

/// A thread's. Found by the thread's id and not through its TLS: a signal may come while 32-bit code runs, where FS is not ours.
struct alignas(64) SignalSlot {
    std::atomic<int> thread = 0;  // 0: free
    std::atomic<uint32_t> deferrals = 0;
    std::atomic<uint64_t> pending = 0;  // a bit for each signal's number
};

namespace {

using Handler = void (*)(int, siginfo_t*, void*);

constexpr size_t kSlots = 1024, kTries = 8;
constexpr int kSignals = 64;

constinit std::array<SignalSlot, kSlots> slots{};
constinit std::array<Handler, kSignals> wines_handlers{};
enum class State : uint8_t { kUntried, kInstalled, kRefused };
constinit std::atomic<State> state = State::kUntried;

int thread_id() {
    int64_t result = SYS_gettid;
    asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
    return static_cast<int>(result);
}

SignalSlot* find_slot(int thread) {
    for (size_t attempt = 0; attempt < kTries; ++attempt) {
        SignalSlot& slot = slots[(static_cast<size_t>(thread) + attempt) % kSlots];
        if (slot.thread.load(std::memory_order_relaxed) == thread) return &slot;
    }
    return nullptr;
}

/// Calls nothing outside of this file but Wine's handler, and touches no TLS.
[[gnu::no_stack_protector]] void on_signal(int signal, siginfo_t* info, void* context) {
    SignalSlot* slot = find_slot(thread_id());
    if (slot != nullptr && slot->deferrals.load(std::memory_order_relaxed) != 0) {
        slot->pending.fetch_or(uint64_t{1} << signal, std::memory_order_relaxed);
        return;
    }
    wines_handlers[static_cast<size_t>(signal)](signal, info, context);
}

bool stand_before(int signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0) return false;
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return true;  // it runs no code that could meet a lock
    if ((action.sa_flags & SA_SIGINFO) == 0) return false;
    wines_handlers[static_cast<size_t>(signal)] = action.sa_sigaction;
    action.sa_sigaction = on_signal;
    return ::sigaction(signal, &action, nullptr) == 0;
}

/// Wine sets its handlers before any code of the program runs, and never again.
bool install() {
    static constinit std::mutex mutex;
    const SignalGuard guard;
    const std::lock_guard lock{mutex};
    if (state.load(std::memory_order_relaxed) == State::kUntried) {
        bool all = true;
        for (const int signal : kWinesSignals) all = all && stand_before(signal);
        state.store(all ? State::kInstalled : State::kRefused, std::memory_order_release);
    }
    return state.load(std::memory_order_relaxed) == State::kInstalled;
}

constinit thread_local SignalSlot* own_slot = nullptr;
constinit thread_local bool looked_for = false;

/// Frees it at the thread's end. Apart from the pointer: naming it for the first time allocates, which a signal must not end.
struct SlotOwner {
    bool owns = false;
    ~SlotOwner() {
        if (owns) std::exchange(own_slot, nullptr)->thread.store(0, std::memory_order_release);
    }
};
thread_local SlotOwner slot_owner;

SignalSlot* look_for_slot() {
    const SignalGuard guard;
    looked_for = true;
    if (state.load(std::memory_order_acquire) != State::kInstalled && !install()) return nullptr;
    const int thread = thread_id();
    SignalSlot* slot = find_slot(thread);  // one that a thread of that id left behind
    for (size_t attempt = 0; attempt < kTries && slot == nullptr; ++attempt) {
        SignalSlot& free = slots[(static_cast<size_t>(thread) + attempt) % kSlots];
        int nobody = 0;
        if (free.thread.compare_exchange_strong(nobody, thread, std::memory_order_acq_rel)) slot = &free;
    }
    if (slot == nullptr) return nullptr;
    slot->deferrals.store(0, std::memory_order_relaxed);
    slot->pending.store(0, std::memory_order_relaxed);
    slot_owner.owns = true;
    return own_slot = slot;
}

void raise_pending(SignalSlot& slot) {
    const int process = ::getpid(), thread = thread_id();
    for (uint64_t left = slot.pending.exchange(0, std::memory_order_relaxed); left != 0; left &= left - 1) {
        (void)::syscall(SYS_tgkill, process, thread, std::countr_zero(left));
    }
}

}  // namespace

SignalDeferral::SignalDeferral() : slot_(looked_for ? own_slot : look_for_slot()) {
    if (slot_ == nullptr) {
        instead_.emplace();
        return;
    }
    slot_->deferrals.store(slot_->deferrals.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // pairs with on_signal(), in the same thread
}

SignalDeferral::~SignalDeferral() {
    if (slot_ == nullptr) return;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const uint32_t left = slot_->deferrals.load(std::memory_order_relaxed) - 1;
    slot_->deferrals.store(left, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (left == 0 && slot_->pending.load(std::memory_order_relaxed) != 0) [[unlikely]] raise_pending(*slot_);
}

}  // namespace rsl::wine
