// SPDX-License-Identifier: GPL-2.0-only
// Moves frames between a TAP interface and a network adapter in a VM. One thread, which sleeps
// while there is nothing to do.
//
//     TAP --read--> batch --write request--> rslnet.sys --> adapter
//     TAP <--write-- batch <--read request-- rslnet.sys <-- adapter
//
// Both directions have so many requests outstanding at most: a slow adapter makes Linux' own queue
// fill up, a slow Linux that of rslnet.sys.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "abi/private/rsl_net.h"
#include "base/posix/error.hpp"
#include "bridges/tap/tap.hpp"
#include "host/supervisor/runtime_directory.hpp"
#include "host/vm/event_loop.hpp"
#include "shim/api/rsl.h"

namespace rsl::tap {

struct BridgeOptions {
    std::string vm, device;
    std::string guid, service;   // of the adapter; of a bridge that is kept (keep.hpp)
    std::string tap = "rsl%d";  // the lowest free number
    uint32_t adapter = 0;
    vm::Frames frames = vm::Frames::kEthernet;  // of the adapter, and so of the interface
};

/// Why a bridge ended: the VM or the adapter went, somebody said "down", or anything else.
enum class Ending { kGone, kDown, kFailed };

class Bridge {
  public:
    /// Binds to the adapter and makes the interface, which is up when this returns.
    static HostResult<std::unique_ptr<Bridge>> create(vm::EventLoop& loop, BridgeOptions options);
    ~Bridge();

    /// What another process made for this one.
    struct Inherited {
        Tap tap;
        supervisor::Listener listener;
        std::vector<UniqueFd> visitors;
        std::vector<int> watchers;  // of the visitors
    };
    /// Waits for its adapter, and answers visitors meanwhile. Follows: find_adapter(), set_up_tap(), start().
    static std::unique_ptr<Bridge> take(vm::EventLoop& loop, BridgeOptions options, Inherited inherited);
    /// Binds to the adapter of that GUID. A failure: it is not there yet.
    HostResult<void> find_adapter();
    /// Gives the interface what the adapter says.
    HostResult<void> set_up_tap(Tap::State state);
    /// Also throws away what waits there. True: on_end has run.
    bool interface_is_gone();
    /// Sends the visitors' sockets to another process, which they do not notice.
    void give_visitors(int socket);

    const std::string& interface_name() const { return tap_->name(); }
    /// From here on frames pass.
    HostResult<void> start();
    /// Runs once, when the VM, the adapter or the interface has gone, or somebody said "down".
    std::function<void(Ending)> on_end;

  private:
    static constexpr size_t kOutstanding = 4;  // a direction
    struct Transfer {
        Bridge* bridge = nullptr;
        std::byte* buffer = nullptr;  // of memory that the VM shares
        bool busy = false;
    };
    struct Disconnect {
        void operator()(rsl_client* client) const { rsl_disconnect(client); }
    };

    Bridge(vm::EventLoop& loop, BridgeOptions options)
        : loop_(loop), options_(std::move(options)) {}
    HostResult<void> connect();
    HostResult<void> bind();
    HostResult<void> ask_state();
    size_t least_frame() const { return RSL_NET_LEAST_FRAME(state_.Adapter.Medium); }
    uint32_t mtu() const;
    void follow_state();
    void dispatch();
    void end(Ending how, const char* why);

    rsl_request request_of(uint32_t operation) const;
    void await_event();
    void await_frames(Transfer& transfer);
    void take_frames(Transfer& transfer, const rsl_result& result);
    void pump_to_adapter();
    size_t fill(Transfer& transfer);
    void watch_tap(bool on);

    void watch_visitors();
    void accept_visitor();
    void hear(int visitor);
    void hang_up(int visitor);
    void ask_driver();
    void answer_askers(bool driver_answered);
    void show_frame(std::span<const std::byte> frame);  // to `rsl net capture`
    std::string state_text(bool with_counts) const;

    vm::EventLoop& loop_;
    BridgeOptions options_;
    std::unique_ptr<rsl_client, Disconnect> client_;
    rsl_handle handle_ = 0;
    std::unique_ptr<Tap> tap_;
    supervisor::Listener listener_;
    std::vector<UniqueFd> visitors_;
    std::vector<int> watchers_;  // of visitors_: who sees each frame
    std::vector<int> askers_;    // of visitors_: who waits for what the driver counts
    RSL_NET_COUNTS counts_{};
    vm::EventLoop::TimerId patience_ = 0;  // with the driver; 0: nobody waits
    std::array<Transfer, kOutstanding> reads_, writes_;
    RSL_NET_BINDING_STATE state_{};
    uint32_t seen_ = 0, event_ = 0;
    bool event_came_ = false, tap_watched_ = false, ended_ = false;
    bool driver_asked_ = false;
    bool kept_ = false;     // by another process, which has the interface and the socket too
    bool waiting_ = false;  // for the VM and the adapter
    uint64_t to_linux_frames_ = 0, to_linux_bytes_ = 0, to_linux_drops_ = 0;
    uint64_t capture_drops_ = 0;
    uint64_t from_linux_frames_ = 0, from_linux_bytes_ = 0, from_linux_drops_ = 0;
};

}  // namespace rsl::tap
