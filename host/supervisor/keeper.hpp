// SPDX-License-Identifier: GPL-2.0-only
// Owns the supervisor of a VM that stays, and with Config::restart the one after it: when the VM
// ends by itself, a new one of the same options takes its place, with the same socket.
//
//     starting --ready--> running --ended by itself--> dead, for kRestartPause --> starting ...
//        \--ended: dead for good      \--stopped, or too often: dead for good
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

#include "host/supervisor/supervisor.hpp"

namespace rsl::supervisor {

inline constexpr auto kRestartPause = std::chrono::milliseconds(100);
/// What crashes more often than this is not worth starting again.
inline constexpr size_t kMostRestarts = 5;
inline constexpr auto kRestartWindow = std::chrono::seconds(60);

class Keeper {
  public:
    /// Starts the first VM, as Supervisor::start(). The loop outlives this, and is run by the
    /// caller.
    static HostResult<std::unique_ptr<Keeper>> start(vm::EventLoop& loop,
                                                     Supervisor::Config config);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    /// Of the VM that runs, or ran last. Not to be kept.
    Supervisor& current() { return *current_; }

    /// Each at most once: the first VM is ready; it ended before it was; a stop was asked for and
    /// the VM is gone.
    std::function<void()> on_ready;
    std::function<void(const vm::MachineEnd&)> on_failed;
    std::function<void()> on_stopped;

  private:
    Keeper(vm::EventLoop& loop, Supervisor::Config config)
        : loop_(loop), config_(std::move(config)) {}
    void follow(Supervisor& supervisor);
    void ended(const vm::MachineEnd& end);
    void restart();

    vm::EventLoop& loop_;
    Supervisor::Config config_;
    std::unique_ptr<Supervisor> current_;
    bool ready_ = false;                                          // the current one is, or was
    std::deque<std::chrono::steady_clock::time_point> restarts_;  // within kRestartWindow
    std::optional<vm::EventLoop::TimerId> pause_;
};

}  // namespace rsl::supervisor
