// SPDX-License-Identifier: GPL-2.0-only
// An adapter's channel: who may transfer. Requests come in line; each gets the channel and its map
// registers together, and its routine runs. Then the channel is free for the next one, or held
// until FreeAdapterChannel or FreeAdapterObject.
//
//     free ── first in line, registers for it ──▶ busy: its routine runs ── kFree ──▶ free
//      ▲                                           │  └─ release() ─▶ released ──────▶ free
//      └──────────────── release() ────── held ◀── kHold
#pragma once

#include "abi/types/dma.h"
#include "base/core/status.hpp"
#include "kernel/hal/dma/map_registers.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::hal {

/// What lies in a driver's DMA transfer context: the request that it stands for, so that it can be
/// cancelled.
struct TransferContext;

class Channel {
  public:
    enum class After : uint8_t { kFree, kHold };
    enum class Line : uint8_t { kWait, kOnlyNow };  // kOnlyNow: DMA_SYNCHRONOUS_CALLBACK

    /// A request. `ready` is called once at DISPATCH_LEVEL when it has the channel and its
    /// registers, and may free it.
    struct Waiter {
        Waiter* next = nullptr;
        TransferContext* context = nullptr;
        uint32_t count = 0;  // registers; first is the first of them
        uint32_t first = 0;
        bool granted = false;
        After (*ready)(Waiter& waiter) = nullptr;
        /// The channel was released, and its registers with it, while `waiter` held it.
        void (*drop)(Waiter& waiter) = nullptr;
        /// It was cancelled in the line.
        void (*abandon)(Waiter& waiter) = nullptr;
    };

    MapRegisters& registers() { return registers_; }
    const MapRegisters& registers() const { return registers_; }

    /// Calls `waiter.ready` now or, with Line::kWait, later. With a failure it never will be:
    /// kInsufficientResources: not now; kCancelled, kInvalidParameter: the context is a cancelled
    /// one, none, or in use.
    Status request(Waiter& waiter, uint32_t count, TransferContext* context, Line line);
    /// Takes the request of `context` out of the line and abandons it. True: its routine is not
    /// called, nor that of a request to come.
    bool cancel(TransferContext& context);
    /// Gives its registers back, if it has any, and forgets it.
    void give_back(Waiter& waiter);
    /// Ends a hold; kDrop: of the holder's registers, too. Without one, nothing.
    enum class Registers : uint8_t { kKeep, kDrop };
    void release(Registers registers);

    static void initialize(TransferContext& context, PDMA_ADAPTER adapter);
    static bool belongs_to(const TransferContext& context, PDMA_ADAPTER adapter);

  private:
    enum class State : uint8_t { kFree, kBusy, kReleased, kHeld };
    bool grant_locked(Waiter& waiter) RSL_REQUIRES(lock_);
    void run(Waiter& waiter);
    void serve_line();

    ke::SpinLock lock_{ke::LockRank::kIo};
    MapRegisters registers_;  // which are taken: under the lock
    Waiter* head_ RSL_GUARDED_BY(lock_) = nullptr;
    Waiter* owner_ RSL_GUARDED_BY(lock_) = nullptr;  // while busy or held, unless it is gone
    State state_ RSL_GUARDED_BY(lock_) = State::kFree;
};

struct TransferContext {
    enum class State : uint32_t { kIdle, kWaiting, kGranted, kCancelled };
    uint64_t mark;
    PDMA_ADAPTER adapter;
    Channel::Waiter* waiter;
    State state;  // under the channel's lock
};
static_assert(sizeof(TransferContext) <= DMA_TRANSFER_CONTEXT_SIZE_V1);

}  // namespace rsl::hal
