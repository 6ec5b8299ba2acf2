// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

// Made by start_layers().
constinit KEVENT turn = {};
constinit std::atomic<KTHREAD*> holder = nullptr;
constinit ULONG depth = 0;  // the holder's

}  // namespace

void start_layers() { KeInitializeEvent(&turn, SynchronizationEvent, TRUE); }

LayerTurn::LayerTurn() {
    auto* const self = reinterpret_cast<KTHREAD*>(KeGetCurrentThread());
    if (holder.load(std::memory_order_relaxed) != self) {  // only this thread stores itself
        KeWaitForSingleObject(&turn, Executive, KernelMode, FALSE, nullptr);
        holder.store(self, std::memory_order_relaxed);
    }
    ++depth;
}
LayerTurn::~LayerTurn() {
    if (--depth != 0) return;
    holder.store(nullptr, std::memory_order_relaxed);
    KeSetEvent(&turn, IO_NO_INCREMENT, FALSE);
}

void init_layers(Adapter& adapter) {
    KeInitializeSpinLock(&adapter.layers);
    adapter.bindings.Flink = adapter.bindings.Blink = &adapter.bindings;
    KeInitializeEvent(&adapter.addressing_turn, SynchronizationEvent, TRUE);
    adapter.own.kind = HandleKind::kBinding;
    adapter.own.adapter = &adapter;
    adapter.own.frames.init();
    adapter.own.requests.init();
}

void attach_layers(Adapter& adapter) {
    if (adapter.general.MediaType != NdisMedium802_3) return;
    attach_filters(adapter);
    adapter.layered = true;
}

void detach_layers(Adapter& adapter) {
    adapter.layered = false;
    while (adapter.top != nullptr) detach_module(*adapter.top);
}

NTSTATUS restart_below_bindings(Adapter& adapter) {
    for (;;) {
        const NTSTATUS status = restart_miniport(adapter);
        if (status < 0) return status;
        FilterModule* const failed = restart_filters(adapter);
        if (failed == nullptr) return STATUS_SUCCESS;
        pause_filters(adapter);
        pause_miniport(adapter, NDIS_PAUSE_NDIS_INTERNAL);
        detach_module(*failed);
    }
}

void pause_stack(Adapter& adapter) {
    pause_protocols(adapter);
    pause_own_binding(adapter);
    pause_filters(adapter);
    pause_miniport(adapter, NDIS_PAUSE_NDIS_INTERNAL);
}

void restart_stack(Adapter& adapter) {
    const NTSTATUS status = restart_below_bindings(adapter);
    if (status < 0) {  // it stays paused, and nobody is left above it
        unbind_protocols(adapter, nullptr);
        close_to_bindings(adapter);
    }
    restart_own_binding(adapter);
    if (status >= 0) restart_protocols(adapter);
}

}  // namespace rsl::ndis
