// SPDX-License-Identifier: GPL-2.0-only
// Completion ports ("IoCompletion"): finished requests that threads wait for. A KQUEUE of packets; a
// finished IRP is its own packet, a posted one is a MiniPacket.
#pragma once

#include <atomic>
#include <cstdint>

#include "abi/private/rsl_kernel.h"
#include "abi/types/io_queue.h"
#include "abi/types/ke.h"
#include "kernel/io/irp.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::io {

/// A packet's kind lies behind its links, in IRPs and MiniPackets alike.
enum class PacketKind : ULONG { kIrp = 0, kPosted = 1 };

struct MiniPacket {
    LIST_ENTRY links;
    PacketKind kind;
    void* key;
    void* apc_context;
    IO_STATUS_BLOCK status;
};
static_assert(offsetof(MiniPacket, kind) - offsetof(MiniPacket, links) ==
              offsetof(IRP, Tail.Overlay.PacketType) - offsetof(IRP, Tail.Overlay.ListEntry));

class CompletionQueue : public ob::Object<CompletionQueue> {
  public:
    static ob::ObjectType kType;
    explicit CompletionQueue(uint32_t concurrency);
    ~CompletionQueue();

    /// Queues a finished IRP; it is freed when its packet is taken. IRQL <= DISPATCH_LEVEL.
    void post(IRP& irp, void* key);
    /// Queues a packet without a request.
    Result<void> post(void* key, void* apc_context, const IO_STATUS_BLOCK& status);
    /// Takes the oldest packet: STATUS_SUCCESS, or what the wait came to instead. `timeout` as in
    /// KeRemoveQueue.
    NTSTATUS take(FILE_IO_COMPLETION_INFORMATION& out, KPROCESSOR_MODE mode,
                  PLARGE_INTEGER timeout, bool alertable = false);
    LONG depth() const;
    /// What a file bound to this queue without a key has as its context: it lives as long as the queue.
    IO_COMPLETION_CONTEXT& keyless() { return keyless_; }
    /// Is asked first where a finished IRP would be queued. Any IRQL.
    void route(PRSL_COMPLETION_ROUTE route) {
        route_.store(route, std::memory_order_release);  // pairs with post()
    }

  private:
    std::atomic<PRSL_COMPLETION_ROUTE> route_ = nullptr;
    IO_COMPLETION_CONTEXT keyless_;
    KQUEUE queue_;
};

/// The FO_SKIP_* that stand for notification modes (FILE_SKIP_*).
uint32_t flags_of_notification_modes(uint32_t modes);
/// Gives up what a file holds of the queue that it is bound to.
void unbind(IO_COMPLETION_CONTEXT& context);

}  // namespace rsl::io
