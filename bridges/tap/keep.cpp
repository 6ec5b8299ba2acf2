// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/keep.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/core/result.hpp"
#include "bridges/tap/rights.hpp"
#include "bridges/tap/signals.hpp"
#include "host/net/bridges.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::tap {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds(100);

class Worker {
  public:
    static HostResult<Worker> start(std::vector<std::string> words, std::vector<int> kept);
    /// Sends visitors to the process that runs it; each letter is one, 'w' if it watches frames.
    int link() const { return link_.get(); }
    void tell(int signal) const {
        ::kill(pid_, signal);
    }  // our child, not waited for: the number is its own
    int wait() const {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }

  private:
    Worker(pid_t pid, UniqueFd link) : pid_(pid), link_(std::move(link)) {}
    pid_t pid_;
    UniqueFd link_;
};

HostResult<Worker> Worker::start(std::vector<std::string> words, std::vector<int> kept) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return Error::from_errno("make a socket pair");
    UniqueFd ours(ends[0]);
    const UniqueFd theirs(ends[1]);
    words.insert(words.end(), {"--link-fd", std::to_string(theirs.get())});
    kept.push_back(theirs.get());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t pid = ::fork();  // one thread
    if (pid < 0) return Error::from_errno("start the bridge's worker");
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        for (const int fd : kept) ::fcntl(fd, F_SETFD, 0);
        ::execv("/proc/self/exe", arguments.data());
        ::_exit(static_cast<int>(ExitCode::kVmFailed));
    }
    return Worker(pid, std::move(ours));
}

/// What keep() holds; destroyed from the end, so that who waits for the hang-up finds the interface
/// gone.
struct Held {
    std::vector<UniqueFd> visitors;
    std::vector<bool> watch;  // visitors that are shown each frame
    supervisor::Listener listener;
    Tap tap;
};

HostResult<Worker> start_worker(const Held& held, const BridgeOptions& options, bool first,
                                int report_fd) {
    std::vector<std::string> words{"rsl-tap",
                                   "--worker",
                                   first ? "first" : "next",
                                   "--vm",
                                   options.vm,
                                   "--adapter",
                                   std::to_string(options.adapter),
                                   "--device",
                                   options.device,
                                   "--guid",
                                   options.guid,
                                   "--service",
                                   options.service,
                                   "--frames",
                                   options.frames == vm::Frames::kIp ? "ip" : "ethernet",
                                   "--tap",
                                   held.tap.name()};
    std::vector<int> kept;
    const auto keep_fd = [&](const char* flag, int fd) {
        words.insert(words.end(), {flag, std::to_string(fd)});
        kept.push_back(fd);
    };
    keep_fd("--tap-fd", held.tap.fd());
    keep_fd("--listen-fd", held.listener.fd());
    for (size_t i = 0; i < held.visitors.size(); ++i)
        keep_fd(held.watch[i] ? "--watcher-fd" : "--visitor-fd", held.visitors[i].get());
    if (first) keep_fd("--report", report_fd);
    return Worker::start(std::move(words), std::move(kept));
}

/// Until it has ended: its wait status. A signal tells it to end; a second one is impatience.
int follow(const Worker& worker, int signals) {
    int told = SIGTERM;
    for (;;) {
        pollfd ready[] = {{worker.link(), 0, 0}, {signals, POLLIN, 0}};
        if (::poll(ready, 2, -1) < 0) continue;
        if (ready[1].revents != 0 && take_signal(signals))
            worker.tell(std::exchange(told, SIGKILL));
        if ((ready[0].revents & POLLHUP) != 0) return worker.wait();
    }
}

void take_visitors(Held& held, const Worker& worker) {
    held.visitors.clear();  // the worker has had them
    held.watch.clear();
    char letters[16];
    auto left =
        transport::receive_datagram(worker.link(), std::as_writable_bytes(std::span(letters)), 0);
    if (!left || left->bytes != left->fds.size()) return;
    held.visitors = std::move(left->fds);
    for (size_t i = 0; i < held.visitors.size(); ++i) held.watch.push_back(letters[i] == 'w');
}

}  // namespace

HostResult<int> keep(const BridgeOptions& options, int report_fd) {
    auto listener = RSL_TRY(net::listen_for(options.vm, options.adapter));
    Held held{{}, {}, std::move(listener), RSL_TRY(Tap::open(options.tap, options.frames))};
    const UniqueFd signals = stop_signals();
    for (bool first = true;; first = false) {
        const auto worker = start_worker(held, options, first, report_fd);
        if (!worker && first) return worker.failure();
        if (!worker)
            return static_cast<int>(ExitCode::kVmFailed);  // nobody listens to reasons any more
        if (first && report_fd > 2) ::close(report_fd);
        const int status = follow(*worker, signals.get());
        held.tap.set_carrier(false);
        take_visitors(held, *worker);
        if (WIFSIGNALED(status)) return static_cast<int>(ExitCode::kVmFailed);
        if (WEXITSTATUS(status) == kWorkerDown) return 0;
        if (WEXITSTATUS(status) != kWorkerGone) return WEXITSTATUS(status);
    }
}

HostResult<int> work(BridgeOptions options, WorkerArguments arguments, int report_fd) {
    ::prctl(PR_SET_NAME, "rsl-tap");
    auto loop = RSL_TRY(vm::EventLoop::create());
    int code = static_cast<int>(ExitCode::kVmFailed);
    const UniqueFd link(arguments.link), stop = stop_signals();
    const auto end = [&](int how) {
        code = how;
        loop->quit();
    };
    loop->watch(stop.get(), [&] { end(0); });
    loop->watch(link.get(), [&] { end(0); });  // who keeps us has gone
    Bridge::Inherited inherited{.tap = RSL_TRY(Tap::adopt(UniqueFd(arguments.tap), options.tap)),
                                .listener = supervisor::Listener(UniqueFd(arguments.listener), {})};
    for (const int fd : arguments.visitors) inherited.visitors.emplace_back(fd);
    for (const int fd : arguments.watchers) inherited.visitors.emplace_back(fd);
    inherited.watchers = std::move(arguments.watchers);
    auto bridge = Bridge::take(*loop, std::move(options), std::move(inherited));
    bridge->on_end = [&](Ending ending) {
        end(ending == Ending::kGone ? kWorkerGone : ending == Ending::kDown ? kWorkerDown : code);
    };

    const auto begin = [&]() -> HostResult<void> {
        RSL_TRY(bridge->set_up_tap(arguments.first ? Tap::State::kUp : Tap::State::kAsItIs));
        RSL_TRY(drop_rights());
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // forgotten with the rights
        return bridge->start();
    };
    HostResult<void> failed;
    std::function<void()> look = [&] {
        if (bridge->interface_is_gone()) return;  // which ends us
        if (!bridge->find_adapter()) {
            loop->after(kLookAgain, look);
            return;
        }
        if (failed = begin(); !failed) end(code);
    };
    if (arguments.first) {
        RSL_TRY(bridge->find_adapter());
        RSL_TRY(begin());
        ::dprintf(report_fd, "ready %s\n", bridge->interface_name().c_str());
        if (report_fd > 2) ::close(report_fd);
    } else {
        loop->after(kLookAgain, look);
    }
    loop->run();
    if (!failed) return failed.failure();
    bridge->give_visitors(link.get());
    return code;
}

}  // namespace rsl::tap
