// SPDX-License-Identifier: GPL-2.0-only
// The stack inside an IRP: one location for each driver of the device stack, the lowest first, and
// the two fields that say where we are. Pure arithmetic: no allocation, no kernel behind it.
//
//     StackCount = 2      [0] lower driver   [1] upper driver   (one past: the originator's)
//     fresh IRP           CurrentLocation = 3, the location "one past"
//     call to upper       CurrentLocation = 2, at [1]
//     call to lower       CurrentLocation = 1, at [0]; completion walks the same way back
#pragma once

#include <cstdint>
#include <cstring>

#include "abi/types/io_irp.h"
#include "abi/types/status.h"

namespace rsl::io {

inline IO_STACK_LOCATION* first_location(IRP& irp) {
    return reinterpret_cast<IO_STACK_LOCATION*>(&irp + 1);
}
inline IO_STACK_LOCATION& current_location(IRP& irp) {
    return *irp.Tail.Overlay.CurrentStackLocation;
}
inline IO_STACK_LOCATION& next_location(IRP& irp) {
    return irp.Tail.Overlay.CurrentStackLocation[-1];
}

/// Moves towards the lower driver.
inline void enter_next_location(IRP& irp) {
    --irp.CurrentLocation;
    --irp.Tail.Overlay.CurrentStackLocation;
}
/// Moves back towards the originator.
inline void leave_location(IRP& irp) {
    ++irp.CurrentLocation;
    ++irp.Tail.Overlay.CurrentStackLocation;
}
/// Whether every driver has been passed: nobody is left to complete to but the originator.
inline bool is_past_stack(const IRP& irp) { return irp.CurrentLocation > irp.StackCount; }
/// A second completion, or a location that never was: the IRP must not be walked.
inline bool is_location_broken(const IRP& irp) {
    return irp.CurrentLocation > irp.StackCount + 1 || irp.CurrentLocation < 1 ||
           irp.Type != IO_TYPE_IRP;
}

inline void mark_pending(IRP& irp) { current_location(irp).Control |= SL_PENDING_RETURNED; }

/// What the lower driver's location carries for our way back (IoSetCompletionRoutine).
inline void set_completion_routine(IRP& irp, PIO_COMPLETION_ROUTINE routine, void* context,
                                   uint8_t invoke_flags) {
    IO_STACK_LOCATION& location = next_location(irp);
    location.CompletionRoutine = routine;
    location.Context = context;
    location.Control = invoke_flags;
}
/// IoCopyCurrentIrpStackLocationToNext: everything but routine and context.
inline void copy_location_to_next(IRP& irp) {
    IO_STACK_LOCATION& to = next_location(irp);
    std::memcpy(&to, &current_location(irp), offsetof(IO_STACK_LOCATION, CompletionRoutine));
    to.Control = 0;
}

/// Makes an IRP of zeroed or used memory (IoInitializeIrp).
inline void initialize_irp(IRP& irp, uint16_t bytes, int8_t stack_count) {
    // Known sizes, so that the compiler stores them instead of calling: this is in every request.
    __builtin_memset_inline(&irp, 0, sizeof(IRP));
    for (int i = 0; i < stack_count; ++i) {
        __builtin_memset_inline(first_location(irp) + i, 0, sizeof(IO_STACK_LOCATION));
    }
    irp.Type = IO_TYPE_IRP;
    irp.Size = bytes;
    irp.StackCount = static_cast<CHAR>(stack_count);
    irp.CurrentLocation = static_cast<CHAR>(stack_count + 1);
    irp.Tail.Overlay.CurrentStackLocation = first_location(irp) + stack_count;
    irp.ThreadListEntry.Flink = irp.ThreadListEntry.Blink = &irp.ThreadListEntry;
}
/// The same for an IRP that its allocator uses again (IoReuseIrp): how it was allocated stays known.
inline void reuse_irp(IRP& irp, NTSTATUS status) {
    const UCHAR allocation_flags = irp.AllocationFlags;
    initialize_irp(irp, irp.Size, static_cast<int8_t>(irp.StackCount));
    irp.AllocationFlags = allocation_flags;
    irp.IoStatus.Status = status;
}

/// Whether a completed location asks for its routine, by what became of the request.
inline bool wants_completion(const IO_STACK_LOCATION& location, NTSTATUS status, bool cancelled) {
    const uint8_t asks = location.Control;
    if ((asks & SL_INVOKE_ON_CANCEL) != 0 && cancelled) return true;
    return (asks & (NT_SUCCESS(status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR)) != 0;
}
/// A location that has been passed tells nobody anything any more.
inline void clear_passed_location(IO_STACK_LOCATION& location) {
    location.MajorFunction = location.MinorFunction = location.Flags = location.Control = 0;
    __builtin_memset_inline(&location.Parameters, 0, sizeof(location.Parameters));
    location.FileObject = nullptr;
}

}  // namespace rsl::io
