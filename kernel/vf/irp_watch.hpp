// SPDX-License-Identifier: GPL-2.0-only
// IRPs on their way through verified drivers. Two things are hung into the stack locations of an
// IRP, each in the place of a completion routine, which it calls in turn:
//
//   a Passage   in the driver's own location while its dispatch routine has the request: sees when
//   the request
//               comes back up through it, and whether it had been marked pending
//   a Forward   in the next location when the driver sends the request on with a routine of its
//   own: sees how
//               that routine behaves, and that the driver has the IRP again
//
// Whoever comes second, the end of the dispatch routine or the request's way back, compares what
// the driver said with what it did.
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/io/irp.hpp"
#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

struct Passage {
    enum class Event : uint8_t { kNone, kReturned, kPassed };

    VerifiedDriver* driver;
    DEVICE_OBJECT* device;
    IRP* irp;
    uint64_t routine;              // the dispatch routine
    PIO_COMPLETION_ROUTINE above;  // what stood in the location
    void* above_context;
    uint8_t above_control;
    // Written by whoever sees it, before `first` says so.
    NTSTATUS returned;
    NTSTATUS completed_with;
    bool marked_pending;
    std::atomic<Event> first;
};

/// Hangs a passage into the current location; nullptr without memory: nothing is looked at then.
Passage* begin_passage(VerifiedDriver& driver, DEVICE_OBJECT& device, IRP& irp, uint64_t routine);
/// The dispatch routine has returned. The IRP's memory is still there (it is pinned), the IRP
/// perhaps not.
void end_passage(Passage& passage, NTSTATUS returned);
/// Whether a location holds a passage of ours.
bool is_passage(const IO_STACK_LOCATION& location);

/// The driver sends an IRP on: its routine in the next location is watched. Before the call.
void begin_forward(VerifiedDriver& driver, IRP& irp, uint64_t caller);
/// Whether the driver has sent the IRP into its current location and has not got it back.
bool is_beneath(VerifiedDriver& driver, IRP& irp);
/// Whether any location of the IRP is one that the driver sent it into.
bool is_in_use(VerifiedDriver& driver, IRP& irp);

}  // namespace rsl::vf
