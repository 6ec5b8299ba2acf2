// SPDX-License-Identifier: GPL-2.0-only
// Waits for descriptors and deadlines; one thread. Nothing due, nothing runs: an idle supervisor
// sleeps in one epoll_wait without a time limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

class EventLoop {
  public:
    using Callback = std::function<void()>;
    using TimerId = uint64_t;

    static HostResult<std::unique_ptr<EventLoop>> create();

    /// Calls `ready` whenever `fd` is readable or its peer has gone. The fd stays the caller's,
    /// who removes it before closing it. One callback an fd.
    void watch(int fd, Callback ready);
    void unwatch(int fd);
    TimerId after(std::chrono::milliseconds delay, Callback due);
    void cancel(TimerId timer);

    /// Runs until quit().
    void run();
    void quit() { quit_ = true; }
    /// Waits at most `limit` for something and handles it. For tests and for short waits.
    void run_once(std::chrono::milliseconds limit);

  private:
    using Clock = std::chrono::steady_clock;
    explicit EventLoop(UniqueFd epoll) : epoll_(std::move(epoll)) {}
    void wait(std::chrono::milliseconds limit);
    void run_due_timers();

    struct Timer {
        TimerId id;
        Callback due;
    };
    UniqueFd epoll_;
    bool quit_ = false;
    // Shared, so that a callback may unwatch itself, or any other, while it runs.
    std::unordered_map<int, std::shared_ptr<Callback>> watched_;
    std::multimap<Clock::time_point, Timer> timers_;
    TimerId next_timer_ = 1;
};

}  // namespace rsl::vm
