// SPDX-License-Identifier: GPL-2.0-only
// Clients' rings, a root port each, plugged into the VM and taken out of it:
//
//     free --attach--> plugging --QEMU has it--> plugged --client gone--> unplugging --> free
//                          \--client gone: remembered, unplugged at once       \--QEMU fails: stuck
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/vm/machine.hpp"
#include "transport/link/channel.hpp"

namespace rsl::supervisor {

class Session;

class ClientRings {
  public:
    using Warn = std::function<void(std::string sentence)>;
    /// `control` has a bell for each of the slots.
    ClientRings(vm::Machine& machine, transport::Channel& control, size_t slots, uint32_t spin_limit_us, Warn warn)
        : machine_(machine), control_(control), spin_limit_us_(spin_limit_us), warn_(std::move(warn)), slots_(slots) {}
    ClientRings(const ClientRings&) = delete;
    ~ClientRings();

    void connect(vm::EventLoop& loop) { loop_ = &loop; }
    /// Gives the client a ring and answers it, now or when there is one: when the VM is up, and when another client's has gone.
    void attach(Session& session, uint32_t sequence, uint64_t wanted_bytes);
    /// The client has gone.
    void forget(Session& session);
    /// The VM is up: rings can be plugged.
    void open();
    /// The VM ends: no more are plugged.
    void close() { open_ = false; }
    /// It has ended: those who wait are told.
    void fail_waiting(const Error& error);

    size_t slots() const { return slots_.size(); }
    uint32_t free_slots() const;

  private:
    struct Slot {
        enum class State { kFree, kPlugging, kPlugged, kUnplugging, kStuck } state = State::kFree;
        std::unique_ptr<transport::Channel> channel;
        Session* session = nullptr;  // none while it is the spare, or its client has left
        uint32_t sequence = 0;       // of the session's attach, while it is kPlugging
        uint32_t use = 0;            // counts clients: device ids are never used twice
        std::optional<vm::EventLoop::TimerId> wait;  // of kUnplugging
        bool slow = false;                           // of kUnplugging: it takes long
    };
    struct Waiting {
        Session* session;
        uint32_t sequence;
        uint64_t bytes;
    };

    void attach_waiting();
    std::optional<uint32_t> make_ring(uint64_t bytes, HostResult<void>& made);
    HostResult<std::unique_ptr<transport::Channel>> make_channel(uint32_t slot, uint64_t bytes) const;
    std::string device_id(uint32_t index) const;
    void plug(uint32_t index);
    void hand_out(uint32_t index);
    void release(uint32_t index);
    void unplug_when_seen(uint32_t index, int looks);
    void plan_spare();
    void keep_spare();
    void drop_spare();

    vm::Machine& machine_;
    transport::Channel& control_;
    uint32_t spin_limit_us_;
    Warn warn_;
    vm::EventLoop* loop_ = nullptr;
    std::vector<Slot> slots_;
    // A ring of the default size that is plugged before anybody asks, which takes most of an attach: from the first
    // client on, as long as slots are free.
    std::optional<uint32_t> spare_;
    std::optional<vm::EventLoop::TimerId> spare_plan_;  // when to make one
    std::vector<Waiting> waiting_;  // until the VM is up, or a ring is let go of
    bool open_ = false;
};

}  // namespace rsl::supervisor
