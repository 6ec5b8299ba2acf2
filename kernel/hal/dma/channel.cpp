// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hal/dma/channel.hpp"

namespace rsl::hal {
namespace {

constexpr uint64_t kMark = 0x746E6F4361446C73;  // a context that was initialized

}  // namespace

void Channel::initialize(TransferContext& context, PDMA_ADAPTER adapter) {
    context = {kMark, adapter, nullptr, TransferContext::State::kIdle};
}

bool Channel::belongs_to(const TransferContext& context, PDMA_ADAPTER adapter) {
    return context.mark == kMark && context.adapter == adapter;
}

bool Channel::grant_locked(Waiter& waiter) {
    if (waiter.count != 0) {
        const int first = registers_.take(waiter.count);
        if (first < 0) return false;
        waiter.first = static_cast<uint32_t>(first);
        waiter.granted = true;
    }
    if (waiter.context != nullptr) {
        waiter.context->state = TransferContext::State::kGranted;
        waiter.context->waiter = nullptr;
        waiter.context = nullptr;
    }
    state_ = State::kBusy;
    owner_ = &waiter;
    return true;
}

Status Channel::request(Waiter& waiter, uint32_t count, TransferContext* context, Line line) {
    waiter.next = nullptr;
    waiter.count = count;
    waiter.context = context;
    {
        ke::SpinLockGuard guard{lock_};
        if (context != nullptr && context->state == TransferContext::State::kCancelled)
            return Status::kCancelled;
        if (context != nullptr && context->state == TransferContext::State::kWaiting)
            return Status::kInvalidParameter;
        if (line == Line::kOnlyNow) {
            if (state_ != State::kFree || head_ != nullptr || !grant_locked(waiter))
                return Status::kInsufficientResources;
        } else {
            if (context != nullptr) {
                context->state = TransferContext::State::kWaiting;
                context->waiter = &waiter;
            }
            Waiter** last = &head_;
            while (*last != nullptr) last = &(*last)->next;
            *last = &waiter;
        }
    }
    if (line == Line::kOnlyNow) run(waiter);
    serve_line();
    return Status::kSuccess;
}

/// In order: who is first waits even when a later one would fit. One routine at a time; whoever
/// ends one looks at the line again.
void Channel::serve_line() {
    for (;;) {
        Waiter* waiter = nullptr;
        {
            ke::SpinLockGuard guard{lock_};
            waiter = head_;
            if (state_ != State::kFree || waiter == nullptr || !grant_locked(*waiter)) return;
            head_ = waiter->next;
        }
        run(*waiter);
    }
}

void Channel::run(Waiter& waiter) {
    After after;
    {
        ke::DispatchLevelGuard level;
        after = waiter.ready(waiter);  // may free the waiter
    }
    ke::SpinLockGuard guard{lock_};
    // A driver that keeps the channel may have freed it already, on another processor or in its
    // routine.
    state_ = after == After::kHold && state_ == State::kBusy ? State::kHeld : State::kFree;
    if (state_ == State::kFree) owner_ = nullptr;
}

void Channel::release(Registers registers) {
    Waiter* owner = nullptr;
    {
        ke::SpinLockGuard guard{lock_};
        if (state_ != State::kHeld && state_ != State::kBusy) return;
        if (registers == Registers::kDrop) owner = owner_;
        owner_ = nullptr;
        state_ = state_ == State::kHeld ? State::kFree : State::kReleased;
    }
    if (owner != nullptr) owner->drop(*owner);
    serve_line();
}

bool Channel::cancel(TransferContext& context) {
    Waiter* waiter = nullptr;
    {
        ke::SpinLockGuard guard{lock_};
        if (context.state == TransferContext::State::kGranted) return false;
        if (context.state == TransferContext::State::kWaiting) {
            waiter = context.waiter;
            for (Waiter** at = &head_; *at != nullptr; at = &(*at)->next) {
                if (*at != waiter) continue;
                *at = waiter->next;
                break;
            }
            context.waiter = nullptr;
        }
        context.state = TransferContext::State::kCancelled;
    }
    if (waiter != nullptr) waiter->abandon(*waiter);
    serve_line();  // the one behind it may want fewer registers
    return true;
}

void Channel::give_back(Waiter& waiter) {
    {
        ke::SpinLockGuard guard{lock_};
        if (owner_ == &waiter) owner_ = nullptr;
        if (!waiter.granted) return;
        registers_.give_back(waiter.first, waiter.count);
        waiter.granted = false;
    }
    serve_line();
}

}  // namespace rsl::hal
