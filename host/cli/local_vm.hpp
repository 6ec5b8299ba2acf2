// SPDX-License-Identifier: GPL-2.0-only
// A VM that lives as long as one command: the supervisor runs in a thread of this process, and the
// command has a ring that was plugged from the start. No daemon, no socket.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "host/cli/vm_client.hpp"
#include "host/supervisor/supervisor.hpp"

namespace rsl::cli {

class LocalVm {
  public:
    /// Spawns QEMU and returns at once. `image`: see vm::find_installation.
    static HostResult<std::unique_ptr<LocalVm>> start(vm::VmOptions options,
                                                      std::string_view image = "");
    ~LocalVm();

    /// Lines that kernel and drivers print. Set before connect(); runs in the supervisor's thread.
    std::function<void(const supervisor::LogLine&)> on_log;
    /// Waits until the VM greets.
    HostResult<VmClient> connect();

    /// From now on: on_slow_step hears of `what` when this takes over a second, and the VM is ended
    /// with `too_long` when it takes longer than `limit_ms`. 0: no limit.
    void begin_step(std::string what, std::string too_long, uint64_t limit_ms);
    void end_step() { begin_step({}, {}, 0); }
    /// Set before connect(); runs in the supervisor's thread, never once end_step() has returned.
    std::function<void(const std::string&)> on_slow_step;

    /// Ends the VM, whose drivers have `grace` to shut down, and waits for it: what had to be cut
    /// short, mostly nothing.
    std::string stop(std::chrono::milliseconds grace = {});
    /// How it ended, if it has.
    std::optional<vm::MachineEnd> end();
    /// Why calls fail now: waits for the report of how the VM ended.
    Error why_gone();

    std::chrono::nanoseconds boot_time() const { return std::chrono::nanoseconds(boot_ns_.load()); }
    const vm::Machine& machine() const { return supervisor_->machine(); }

  private:
    LocalVm() = default;
    void run_loop();
    void step_expired();
    void step_is_slow();

    std::unique_ptr<vm::EventLoop> loop_;
    std::unique_ptr<supervisor::Supervisor> supervisor_;
    UniqueFd step_timer_, slow_timer_, stop_request_, ended_event_, signals_;
    bool interrupted_ = false;  // under mutex_
    std::atomic<std::chrono::milliseconds> grace_{};
    std::thread thread_;
    std::atomic<uint64_t> boot_ns_ = 0;
    std::mutex mutex_;
    std::string step_, step_too_long_;   // under mutex_
    std::optional<vm::MachineEnd> end_;  // under mutex_
};

}  // namespace rsl::cli
