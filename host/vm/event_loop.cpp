// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>

namespace rsl::vm {

HostResult<std::unique_ptr<EventLoop>> EventLoop::create() {
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) return Error::from_errno("make an epoll descriptor");
    return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll)));
}

void EventLoop::watch(int fd, Callback ready) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.fd = fd;
    const bool known = watched_.contains(fd);
    watched_[fd] = std::make_shared<Callback>(std::move(ready));
    ::epoll_ctl(epoll_.get(), known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

void EventLoop::unwatch(int fd) {
    if (watched_.erase(fd) != 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId EventLoop::after(std::chrono::milliseconds delay, Callback due) {
    const TimerId id = next_timer_++;
    timers_.emplace(Clock::now() + delay, Timer{id, std::move(due)});
    return id;
}

void EventLoop::cancel(TimerId timer) {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.second.id == timer; });
}

void EventLoop::run() {
    while (!quit_) wait(std::chrono::milliseconds(-1));
    quit_ = false;
}

void EventLoop::run_once(std::chrono::milliseconds limit) { wait(limit); }

void EventLoop::wait(std::chrono::milliseconds limit) {
    int timeout = static_cast<int>(limit.count());
    if (!timers_.empty()) {
        // Rounded up: waking a moment too early would mean to wait again with no time left.
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
        const int due = static_cast<int>(std::clamp<int64_t>(left.count(), 0, 1'000'000'000));
        timeout = timeout < 0 ? due : std::min(timeout, due);
    }
    epoll_event events[16];
    const int count = ::epoll_wait(epoll_.get(), events, 16, timeout);
    for (int i = 0; i < count; ++i) {
        const auto found = watched_.find(events[i].data.fd);
        if (found == watched_.end()) continue;  // an earlier callback took it off
        const auto keep = found->second;
        (*keep)();
    }
    run_due_timers();
}

void EventLoop::run_due_timers() {
    const auto now = Clock::now();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const Timer timer = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        timer.due();
    }
}

}  // namespace rsl::vm
