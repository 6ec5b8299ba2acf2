// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/completion_queue.hpp"

#include "abi/functions/ke.h"
#include "kernel/mm/pool.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kPacketTag = mm::pool_tag("IoCP");

/// A packet's outcome, and its memory given back.
FILE_IO_COMPLETION_INFORMATION consume(LIST_ENTRY* links) {
    auto* packet = CONTAINING_RECORD(links, MiniPacket, links);
    FILE_IO_COMPLETION_INFORMATION outcome;
    if (packet->kind == PacketKind::kPosted) {
        outcome = {packet->key, packet->apc_context, packet->status};
        mm::free(packet);
    } else {
        IRP& irp = *CONTAINING_RECORD(links, IRP, Tail.Overlay.ListEntry);
        outcome = {irp.Tail.CompletionKey, irp.Overlay.AsynchronousParameters.UserApcContext, irp.IoStatus};
        free_irp(irp);
    }
    return outcome;
}

void destroy_queue(void* body) { static_cast<CompletionQueue*>(body)->~CompletionQueue(); }

}  // namespace

constinit ob::ObjectType CompletionQueue::kType = {
    .name = u"IoCompletion",
    .pool_tag = mm::pool_tag("IoCo"),
    .mapping = {STANDARD_RIGHTS_READ | IO_COMPLETION_QUERY_STATE,
                STANDARD_RIGHTS_WRITE | IO_COMPLETION_MODIFY_STATE,
                STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, IO_COMPLETION_ALL_ACCESS},
    .valid_access = IO_COMPLETION_ALL_ACCESS,
    .wait_offset = 0,
    .destroy = &destroy_queue,
};

CompletionQueue::CompletionQueue(uint32_t concurrency) : keyless_{this, nullptr} {
    KeInitializeQueue(&queue_, concurrency);
}

CompletionQueue::~CompletionQueue() {
    LIST_ENTRY* first = KeRundownQueue(&queue_);
    if (first == nullptr) return;
    // The head is out of the list already: `first` and what follows are a ring of packets.
    LIST_ENTRY* at = first;
    do {
        LIST_ENTRY* following = at->Flink;
        consume(at);
        at = following;
    } while (at != first);
}

void CompletionQueue::post(IRP& irp, void* key) {
    const auto route = route_.load(std::memory_order_acquire);  // pairs with route()
    if (route != nullptr && route(irp.Overlay.AsynchronousParameters.UserApcContext,
                                  irp.IoStatus.Status, irp.IoStatus.Information)) {
        return free_irp(irp);
    }
    irp.Tail.CompletionKey = key;
    irp.Tail.Overlay.PacketType = static_cast<ULONG>(PacketKind::kIrp);
    KeInsertQueue(&queue_, &irp.Tail.Overlay.ListEntry);
}

Result<void> CompletionQueue::post(void* key, void* apc_context, const IO_STATUS_BLOCK& status) {
    auto* packet = static_cast<MiniPacket*>(mm::allocate(sizeof(MiniPacket), kPacketTag));
    if (packet == nullptr) return Status::kInsufficientResources;
    packet->kind = PacketKind::kPosted;
    packet->key = key;
    packet->apc_context = apc_context;
    packet->status = status;
    KeInsertQueue(&queue_, &packet->links);
    return {};
}

NTSTATUS CompletionQueue::take(FILE_IO_COMPLETION_INFORMATION& out, KPROCESSOR_MODE mode,
                               PLARGE_INTEGER timeout, bool alertable) {
    LIST_ENTRY* links = nullptr;
    KeRemoveQueueEx(&queue_, mode, alertable, timeout, &links, 1);
    // The queue answers with a status where a packet would be; packets are kernel addresses.
    const auto value = reinterpret_cast<uintptr_t>(links);
    if (value == STATUS_TIMEOUT || value == STATUS_USER_APC || value == STATUS_ABANDONED ||
        value == STATUS_ALERTED) {
        return static_cast<NTSTATUS>(value);
    }
    out = consume(links);
    return STATUS_SUCCESS;
}

LONG CompletionQueue::depth() const { return queue_.Header.SignalState; }

uint32_t flags_of_notification_modes(uint32_t modes) {
    uint32_t flags = 0;
    if ((modes & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0) flags |= FO_SKIP_COMPLETION_PORT;
    if ((modes & FILE_SKIP_SET_EVENT_ON_HANDLE) != 0) flags |= FO_SKIP_SET_EVENT;
    if ((modes & FILE_SKIP_SET_USER_EVENT_ON_FAST_IO) != 0) flags |= FO_SKIP_SET_FAST_IO;
    return flags;
}

void unbind(IO_COMPLETION_CONTEXT& context) {
    auto& queue = *static_cast<CompletionQueue*>(context.Port);
    if (&context != &queue.keyless()) mm::free(&context);
    queue.drop_reference();
}

}  // namespace rsl::io
