// SPDX-License-Identifier: GPL-2.0-only
// The NT calls, made for real: in a thread of the client's process, with PreviousMode UserMode, so
// that the kernel checks every argument as if a program had passed it. What a program would have on
// its stack (status blocks, names, handles) lies in a frame of user memory that only this VM sees.
#pragma once

#include <array>

#include "server/driver/nt.hpp"
#include "server/driver/registry_watch.hpp"
#include "server/engine/nt_calls.hpp"
#include "server/engine/slot.hpp"
#include "transport/ring/ends.hpp"

namespace rsl::server {

class RealNt final : public NtCalls {
  public:
    /// `place`: where what drivers finish later finds the session (completions.hpp).
    RealNt(const transport::ChannelView& channel, uint64_t place);
    /// Maps arena and frames into the process, the arena where the client has it if that is free.
    NTSTATUS prepare(PEPROCESS process, const RSL_DOORBELL& doorbell, uint64_t arena_address);

    Outcome open(Target target, const protocol::Open& body, const std::atomic<bool>& cancelled) override;
    Outcome read(Target target, const protocol::Transfer& body) override;
    Outcome write(Target target, const protocol::Transfer& body) override;
    Outcome io_control(Target target, const protocol::Control& body) override;
    Outcome fs_control(Target target, const protocol::Control& body) override;
    Outcome flush(Target target) override;
    Outcome query_information(Target target, const protocol::Information& body) override;
    Outcome set_information(Target target, const protocol::Information& body) override;
    Outcome query_volume(Target target, const protocol::Information& body) override;
    Outcome query_system(Target target, const protocol::Information& body) override;
    Outcome set_volume(Target target, const protocol::Information& body) override;
    Outcome query_directory_file(Target target, const protocol::QueryDirectoryFile& body) override;
    Outcome close(uint32_t handle) override;
    Outcome duplicate(Target target, const protocol::Duplicate& body) override;
    Outcome query_object(Target target, const protocol::Information& body) override;
    Outcome wait(Target target, const protocol::Wait& body) override;
    Outcome create_event(Target target, const protocol::CreateEvent& body) override;
    Outcome signal_event(Target target, const protocol::SignalEvent& body) override;
    Outcome signal_own_object(const protocol::SignalOwnObject& body) override;
    Outcome open_directory(Target target, const protocol::OpenNamed& body) override;
    Outcome query_directory(Target target, const protocol::QueryDirectory& body) override;
    Outcome open_symbolic_link(Target target, const protocol::OpenNamed& body) override;
    Outcome query_symbolic_link(Target target, const protocol::QuerySymbolicLink& body) override;
    Outcome cancel(Target target, protocol::MessageId message) override;
    Outcome load_driver(Bytes service_name, Bytes image, protocol::ArenaSpan report) override;
    Outcome unload_driver(Bytes service_name, protocol::ArenaSpan report) override;
    Outcome verify_driver(Bytes service_name, const protocol::VerifyDriver& body) override;
    Outcome list_drivers(const protocol::ListDrivers& body) override;
    Outcome inspect(Bytes path, protocol::ArenaSpan buffer) override;
    Outcome store_driver(Bytes service_name, Bytes image) override;
    Outcome device_action(Target target, const protocol::DeviceAction& body) override;
    Outcome process_started(const protocol::ProcessStarted& body) override;
    Outcome process_ended(const protocol::ProcessEnded& body) override;
    Outcome thread_changed(const protocol::ThreadChanged& body) override;
    Outcome image_loaded(const protocol::ImageLoaded& body) override;
    Outcome set_registry_value(Target target, const protocol::SetRegistryValue& body) override;
    Outcome query_registry_value(Target target, const protocol::QueryRegistryValue& body) override;
    Outcome watch_registry(Target target, const protocol::WatchRegistry& body) override;
    Outcome registry_changes(Target target, const protocol::RegistryChanges& body) override;
    void begin_memory(uint32_t slot, const protocol::Control* control, Others others) override;
    void return_memory(uint32_t slot, Request request, Others others) override;
    void* allocate(uint64_t bytes) override;
    void free(void* memory) override;

  private:
    /// One request's user memory. The slot it belongs to is in use by one call at a time.
    struct Frame {
        IO_STATUS_BLOCK outcome;  // its address also names the request when it is cancelled
        OBJECT_ATTRIBUTES attributes;
        UNICODE_STRING name;
        LARGE_INTEGER number;
        HANDLE handle;
        ULONG length;
        ULONG key;
        IO_STATUS_BLOCK cancelled;  // of the cancel
    };
    Frame& frame(Target target) { return frames_[target.slot]; }
    Frame& fresh_frame(Target target);
    PVOID cookie_of(Target target) const;
    Outcome outcome_of(Target target, NTSTATUS status);
    Outcome handle_of(Target target, NTSTATUS status, uint64_t information = 0);
    POBJECT_ATTRIBUTES attributes_of(Target target, ULONG attributes, protocol::ArenaSpan path);
    PVOID user(protocol::ArenaSpan span) const;
    void end_idle_loans();
    RSL_LOAN loan_of(protocol::ArenaSpan span, uint64_t address, BOOLEAN writable) const;
    PVOID input_of(const protocol::Control& body) const;
    PVOID output_of(const protocol::Control& body) const;
    std::byte* kernel(protocol::ArenaSpan span) const;
    class Opening;
    NTSTATUS cancel_open(Target target);
    NTSTATUS try_to_cancel_open(Target target, bool& opening);
    Outcome transfer(Target target, const protocol::Transfer& body,
                     NTSTATUS(NTAPI* service)(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                                              PLARGE_INTEGER, PULONG));
    bool is_supervisor() const;
    Outcome duplicate_from(PEPROCESS source, Target target, const protocol::Duplicate& body);
    Outcome list(HANDLE directory, protocol::ArenaSpan buffer, uint32_t context);
    Outcome report(NTSTATUS status, const RSL_LOAD_REPORT& loaded, protocol::ArenaSpan buffer);

    transport::ChannelView channel_;
    /// Loans of a request that was the client's only one stay mapped when it ends, idle, until another request begins: one
    /// that lends the same goes on with them.
    enum Lone : uint32_t { kNone, kBusy, kIdle };
    static constexpr uint64_t kLoneTag = ~uint64_t{0};
    std::atomic<uint32_t> lone_ = kNone;
    RSL_LOAN lone_loans_[2];                 // of whoever made it busy
    ULONG lone_count_ = 0;
    std::array<uint64_t, kSlots> tags_{};    // of the slot's loans; 0: it has none
    uint64_t place_;
    PEPROCESS process_ = nullptr;
    PHYSICAL_ADDRESS arena_physical_{};
    std::byte* user_arena_ = nullptr;
    Frame* frames_ = nullptr;
    std::array<KEVENT, kSlots> wait_cancelled_;
    RegistryWatch registry_watch_;
    EX_PUSH_LOCK cancel_lock_;  // one cancels at a time
    std::array<std::atomic<PKTHREAD>, kSlots> openers_{};  // the thread that opens for the slot
};

}  // namespace rsl::server
