// SPDX-License-Identifier: GPL-2.0-only
// rsl-tap: one network adapter as one TAP interface, started by `rsl net up`. Says "ready NAME" or
// why not on the descriptor that --report names, then lives until "rsl net down", or until the VM,
// the adapter or the interface goes.
#include <fcntl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/core/result.hpp"
#include "bridges/tap/bridge.hpp"
#include "bridges/tap/rights.hpp"

namespace {

using namespace rsl;

struct Arguments {
    tap::BridgeOptions options;
    int report_fd = 2;
};

HostResult<Arguments> parse(int argc, char** argv) {
    Arguments out;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string flag = argv[i], value = argv[i + 1];
        if (flag == "--report")
            out.report_fd = std::atoi(value.c_str());
        else if (flag == "--vm")
            out.options.vm = value;
        else if (flag == "--adapter")
            out.options.adapter = static_cast<uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
        else if (flag == "--device")
            out.options.device = value;
        else if (flag == "--tap")
            out.options.tap = value;
        else
            return Error::wrong_use("rsl-tap knows no " + flag + "; it is started by 'rsl net up'");
    }
    if (argc % 2 == 0 || out.options.vm.empty() || out.options.adapter == 0)
        return Error::wrong_use("rsl-tap is started by 'rsl net up'");
    return out;
}

UniqueFd stop_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

HostResult<void> run(Arguments arguments) {
    auto loop = RSL_TRY(vm::EventLoop::create());
    auto bridge = RSL_TRY(tap::Bridge::create(*loop, std::move(arguments.options)));
    RSL_TRY(tap::drop_rights());
    bridge->on_end = [&] { loop->quit(); };
    const UniqueFd stop = stop_signals();
    loop->watch(stop.get(), [&] { loop->quit(); });
    RSL_TRY(bridge->start());
    ::dprintf(arguments.report_fd, "ready %s\n", bridge->interface_name().c_str());
    if (arguments.report_fd > 2) ::close(arguments.report_fd);
    loop->run();
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);
    int report_fd = 2;
    const HostResult<void> outcome = [&]() -> HostResult<void> {
        auto arguments = RSL_TRY(parse(argc, argv));
        report_fd = arguments.report_fd;
        ::fcntl(report_fd, F_SETFD, FD_CLOEXEC);
        return run(std::move(arguments));
    }();
    if (outcome) return 0;
    const Error error = outcome.failure();
    ::dprintf(report_fd, "%d %s\n", static_cast<int>(error.exit_code()), error.text().c_str());
    return static_cast<int>(error.exit_code());
}
