// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/keeper.hpp"

#include <fmt/format.h>

#include "base/core/result.hpp"

namespace rsl::supervisor {

HostResult<std::unique_ptr<Keeper>> Keeper::start(vm::EventLoop& loop, Supervisor::Config config) {
    std::unique_ptr<Keeper> keeper(new Keeper(loop, std::move(config)));
    keeper->current_ = RSL_TRY(Supervisor::start(keeper->config_));
    keeper->follow(*keeper->current_);
    return keeper;
}

Keeper::~Keeper() {
    if (pause_) loop_.cancel(*pause_);
}

void Keeper::follow(Supervisor& supervisor) {
    supervisor.on_ready = [this] {
        ready_ = true;
        if (const auto ready = std::exchange(on_ready, nullptr)) ready();
    };
    supervisor.on_end = [this](const vm::MachineEnd& end) { ended(end); };
    supervisor.on_stopped = [this] {
        if (pause_) loop_.cancel(*std::exchange(pause_, std::nullopt));
        if (const auto stopped = std::exchange(on_stopped, nullptr)) stopped();
    };
}

/// Within a callback of the supervisor: it is not replaced here.
void Keeper::ended(const vm::MachineEnd& end) {
    const bool was_ready = std::exchange(ready_, false);
    if (!was_ready && current_->restarts() == 0) {
        if (const auto failed = std::exchange(on_failed, nullptr)) failed(end);
        return;
    }
    if (!config_.restart || end.kind == vm::MachineEnd::Kind::kStopped) return;
    if (!was_ready) return current_->stay_dead("it ended again before it was up");
    const auto now = std::chrono::steady_clock::now();
    while (!restarts_.empty() && now - restarts_.front() > kRestartWindow) restarts_.pop_front();
    if (restarts_.size() >= kMostRestarts) {
        return current_->stay_dead(fmt::format("it was started again {} times within {} s",
                                               restarts_.size(),
                                               std::chrono::seconds(kRestartWindow).count()));
    }
    pause_ = loop_.after(kRestartPause, [this] {
        pause_.reset();
        restart();
    });
}

void Keeper::restart() {
    restarts_.push_back(std::chrono::steady_clock::now());
    auto next = Supervisor::start(config_);
    if (!next) return current_->stay_dead(next.failure().text());
    follow(**next);
    (*next)->succeed(*current_);
    current_ = std::move(*next);
}

}  // namespace rsl::supervisor
