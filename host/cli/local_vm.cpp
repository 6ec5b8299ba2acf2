// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/local_vm.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <csignal>

#include "base/core/result.hpp"

namespace rsl::cli {
namespace {

constexpr uint32_t kGreetingLimitMs = 20'000;
constexpr int kEndLimitMs = 5'000;
constexpr uint64_t kSlowMs = 1'000;
/// What drivers get when the user presses Ctrl-C; pressed again, it ends the VM at once.
constexpr auto kInterruptGrace = std::chrono::milliseconds(1'000);

itimerspec once_after_ms(uint64_t ms) {
    itimerspec spec{};
    spec.it_value.tv_sec = static_cast<time_t>(ms / 1000);
    spec.it_value.tv_nsec = static_cast<long>(ms % 1000 * 1'000'000);
    return spec;
}

}  // namespace

HostResult<std::unique_ptr<LocalVm>> LocalVm::start(vm::VmOptions options, std::string_view image) {
    std::unique_ptr<LocalVm> made(new LocalVm());
    auto files = RSL_TRY(vm::find_installation(image));
    // QEMU dies with the thread that starts it, so this has to be the one that lives to the end.
    made->supervisor_ = RSL_TRY(supervisor::Supervisor::start(
        {.name = "run", .options = options, .files = std::move(files), .first_client = true}));
    made->loop_ = RSL_TRY(vm::EventLoop::create());
    // Ctrl-C ends the VM in order, so that nothing of it (a control group) stays behind.
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    made->signals_ = UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    made->step_timer_ = UniqueFd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    made->slow_timer_ = UniqueFd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    made->stop_request_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    made->ended_event_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!made->signals_ || !made->step_timer_ || !made->slow_timer_ || !made->stop_request_ || !made->ended_event_)
        return Error::from_errno("make descriptors for the VM");
    return made;
}

HostResult<VmClient> LocalVm::connect() {
    auto fds = RSL_TRY(supervisor_->first_client());
    thread_ = std::thread([this] { run_loop(); });
    rsl_ring_fds ring{};
    ring.size = sizeof(ring);
    ring.memory = fds.memory.release();
    ring.ring_guest = fds.ring_guest.release();
    ring.wake = fds.wake.release();
    ring.alive = ::fcntl(ended_event_.get(), F_DUPFD_CLOEXEC, 0);
    ring.program = "rsl";
    ring.timeout_ms = kGreetingLimitMs;
    auto client = VmClient::adopt(ring, [this] { return why_gone(); });
    if (client) return client;
    pollfd ended{ended_event_.get(), POLLIN, 0};
    if (::poll(&ended, 1, 0) > 0) return why_gone();
    return client;
}

void LocalVm::run_loop() {
    supervisor_->on_log = [this](const supervisor::LogLine& line) {
        if (on_log) on_log(line);
    };
    supervisor_->on_ready = [this] {
        boot_ns_ = static_cast<uint64_t>(supervisor_->boot_time().count());
    };
    supervisor_->on_end = [this](const vm::MachineEnd& end) {
        {
            const std::lock_guard guard(mutex_);
            end_ = end;
        }
        transport::ring(ended_event_.get());
        loop_->quit();
    };
    loop_->watch(step_timer_.get(), [this] {
        transport::drain(step_timer_.get());
        step_expired();
    });
    loop_->watch(slow_timer_.get(), [this] {
        transport::drain(slow_timer_.get());
        step_is_slow();
    });
    loop_->watch(signals_.get(), [this] {
        signalfd_siginfo info;
        (void)!::read(signals_.get(), &info, sizeof(info));
        bool again = false;
        {
            const std::lock_guard guard(mutex_);
            again = std::exchange(interrupted_, true);
        }
        supervisor_->stop(again ? std::chrono::milliseconds(0) : kInterruptGrace);
    });
    loop_->watch(stop_request_.get(), [this] {
        loop_->unwatch(stop_request_.get());
        supervisor_->stop(grace_.load());
    });
    supervisor_->connect(*loop_);
    loop_->run();
}

void LocalVm::begin_step(std::string what, std::string too_long, uint64_t limit_ms) {
    const std::lock_guard guard(mutex_);
    step_ = std::move(what);
    step_too_long_ = std::move(too_long);
    const itimerspec limit = once_after_ms(limit_ms), slow = once_after_ms(step_.empty() ? 0 : kSlowMs);
    ::timerfd_settime(step_timer_.get(), 0, &limit, nullptr);
    ::timerfd_settime(slow_timer_.get(), 0, &slow, nullptr);
}

void LocalVm::step_is_slow() {
    const std::lock_guard guard(mutex_);
    if (!step_.empty() && on_slow_step) on_slow_step(step_);
}

void LocalVm::step_expired() {
    std::string what;
    {
        const std::lock_guard guard(mutex_);
        what = step_too_long_;
    }
    if (!what.empty()) supervisor_->give_up(what);
}

std::string LocalVm::stop(std::chrono::milliseconds grace) {
    if (!thread_.joinable()) return {};
    grace_ = grace;
    transport::ring(stop_request_.get());
    thread_.join();
    return supervisor_->cut_short();
}

std::optional<vm::MachineEnd> LocalVm::end() {
    const std::lock_guard guard(mutex_);
    return end_;
}

Error LocalVm::why_gone() {
    pollfd ended{ended_event_.get(), POLLIN, 0};
    ::poll(&ended, 1, kEndLimitMs);
    const auto how = end();
    if (!how) return Error("the VM does not answer any more");
    {
        const std::lock_guard guard(mutex_);
        if (interrupted_) return Error("interrupted; the VM was stopped");
    }
    return how->sentence.empty() ? Error("the VM was stopped") : how->error();
}

LocalVm::~LocalVm() { stop(); }

}  // namespace rsl::cli
