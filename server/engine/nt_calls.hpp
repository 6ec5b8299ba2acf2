// SPDX-License-Identifier: GPL-2.0-only
// The NT calls that a session makes for its client, each in the context of one of the client's
// threads. server/driver/ makes them for real; tests fake them.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "protocol/codec/check_entry.hpp"

namespace rsl::server {

/// What became of a call.
struct Outcome {
    int32_t status;
    uint64_t information = 0;
    uint64_t value = 0;  // a handle, a count: by message
};

/// Whom a call is for: `handle` is the object or, for opens, the root directory. `slot` names the
/// request, one call at a time; of files STATUS_PENDING promises a Session::complete(slot)
/// later, perhaps from another thread and before the call has returned.
struct Target {
    uint32_t slot;
    uint32_t handle;
};

/// A driver's image while it is being uploaded, or a name: memory of ours, not the client's.
using Bytes = std::span<const std::byte>;

class NtCalls {
  public:
    // Files. May block; may return STATUS_PENDING. Spans are the client's, within its arena.
    /// `cancelled`: set before cancel() is called, perhaps before this is.
    virtual Outcome open(Target target, const protocol::Open& body, const std::atomic<bool>& cancelled) = 0;
    virtual Outcome read(Target target, const protocol::Transfer& body) = 0;
    virtual Outcome write(Target target, const protocol::Transfer& body) = 0;
    virtual Outcome io_control(Target target, const protocol::Control& body) = 0;
    virtual Outcome fs_control(Target target, const protocol::Control& body) = 0;
    virtual Outcome flush(Target target) = 0;
    virtual Outcome query_information(Target target, const protocol::Information& body) = 0;
    virtual Outcome set_information(Target target, const protocol::Information& body) = 0;
    virtual Outcome query_volume(Target target, const protocol::Information& body) = 0;
    virtual Outcome set_volume(Target target, const protocol::Information& body) = 0;
    virtual Outcome query_directory_file(Target target, const protocol::QueryDirectoryFile& body) = 0;

    // Objects. May block.
    virtual Outcome close(uint32_t handle) = 0;
    virtual Outcome duplicate(Target target, const protocol::Duplicate& body) = 0;
    virtual Outcome query_object(Target target, const protocol::Information& body) = 0;
    virtual Outcome wait(Target target, const protocol::Wait& body) = 0;
    virtual Outcome create_event(Target target, const protocol::CreateEvent& body) = 0;
    virtual Outcome signal_event(Target target, const protocol::SignalEvent& body) = 0;
    virtual Outcome signal_own_object(const protocol::SignalOwnObject& body) = 0;
    virtual Outcome open_directory(Target target, const protocol::OpenNamed& body) = 0;
    virtual Outcome query_directory(Target target, const protocol::QueryDirectory& body) = 0;
    virtual Outcome open_symbolic_link(Target target, const protocol::OpenNamed& body) = 0;
    virtual Outcome query_symbolic_link(Target target, const protocol::QuerySymbolicLink& body) = 0;
    virtual Outcome query_system(Target target, const protocol::Information& body) = 0;

    /// Asks that the request in a slot ends soon: its I/O on `target.handle`, or its wait. Does not
    /// block. STATUS_NOT_FOUND when no driver and no wait has it.
    virtual Outcome cancel(Target target, protocol::MessageId message) = 0;

    // Drivers and state. `report` and `buffer` are the client's.
    virtual Outcome load_driver(Bytes service_name, Bytes image, protocol::ArenaSpan report) = 0;
    virtual Outcome unload_driver(Bytes service_name, protocol::ArenaSpan report) = 0;
    virtual Outcome verify_driver(Bytes service_name, const protocol::VerifyDriver& body) = 0;
    virtual Outcome list_drivers(const protocol::ListDrivers& body) = 0;
    virtual Outcome inspect(Bytes path, protocol::ArenaSpan buffer) = 0;

    // What an installer does. Spans are the client's.
    virtual Outcome store_driver(Bytes service_name, Bytes image) = 0;
    virtual Outcome device_action(Target target, const protocol::DeviceAction& body) = 0;

    // The registry. Spans are the client's. registry_changes() may wait: cancel() ends that.
    virtual Outcome set_registry_value(Target target, const protocol::SetRegistryValue& body) = 0;
    virtual Outcome query_registry_value(Target target, const protocol::QueryRegistryValue& body) = 0;
    virtual Outcome watch_registry(Target target, const protocol::WatchRegistry& body) = 0;
    virtual Outcome registry_changes(Target target, const protocol::RegistryChanges& body) = 0;

    // Windows programs' processes. Of the control channel.
    virtual Outcome process_started(const protocol::ProcessStarted& body) = 0;
    virtual Outcome process_ended(const protocol::ProcessEnded& body) = 0;
    virtual Outcome thread_changed(const protocol::ThreadChanged& body) = 0;
    virtual Outcome image_loaded(const protocol::ImageLoaded& body) = 0;

    // The client's own memory, around each call that drivers see, if the client lends it. `others`: whether other such
    // requests are unanswered. Both may wait for the client; not the leader's.
    enum class Others : uint8_t { kNone, kSome };
    enum class Request : uint8_t { kPends, kEnds };
    /// `control`: what has buffers that may be lent; else nullptr. With kSome nothing that an earlier request lent is there.
    virtual void begin_memory(uint32_t slot, const protocol::Control* control, Others others) = 0;
    /// What drivers wrote goes back, before the client hears of the request's end, or that it pends.
    virtual void return_memory(uint32_t slot, Request request, Others others) = 0;

    /// Memory for an upload, or nullptr.
    virtual void* allocate(uint64_t bytes) = 0;
    virtual void free(void* memory) = 0;

  protected:
    ~NtCalls() = default;
};

}  // namespace rsl::server
