// SPDX-License-Identifier: GPL-2.0-only
// rsl-tap: one network adapter as one TAP interface, started by `rsl net up`. Says "ready NAME" or
// why not on the descriptor that --report names, then lives until "rsl net down", or until the VM,
// the adapter or the interface goes. With --keep it stays when VM or adapter go, and waits for them (keep.hpp).
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/core/result.hpp"
#include "bridges/tap/bridge.hpp"
#include "bridges/tap/keep.hpp"
#include "bridges/tap/rights.hpp"
#include "bridges/tap/signals.hpp"

namespace {

using namespace rsl;

struct Arguments {
    tap::BridgeOptions options;
    int report_fd = 2;
    bool keep = false;
    std::optional<tap::WorkerArguments> worker;  // it is one of a bridge that is kept
};

/// What keep() tells its workers.
bool parse_worker(tap::WorkerArguments& worker, const std::string& flag, const std::string& value) {
    if (flag == "--worker") {
        worker.first = value == "first";
        return true;
    }
    const int fd = std::atoi(value.c_str());
    if (flag == "--tap-fd")
        worker.tap = fd;
    else if (flag == "--listen-fd")
        worker.listener = fd;
    else if (flag == "--link-fd")
        worker.link = fd;
    else if (flag == "--visitor-fd")
        worker.visitors.push_back(fd);
    else if (flag == "--watcher-fd")
        worker.watchers.push_back(fd);
    else
        return false;
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return true;
}

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
        else if (flag == "--guid")
            out.options.guid = value;
        else if (flag == "--service")
            out.options.service = value;
        else if (flag == "--frames")
            out.options.frames = value == "ip" ? vm::Frames::kIp : vm::Frames::kEthernet;
        else if (flag == "--keep")
            out.keep = value == "on";
        else if (flag == "--worker" || out.worker) {
            if (!out.worker) out.worker.emplace();
            if (!parse_worker(*out.worker, flag, value)) return Error::wrong_use("rsl-tap's workers know no " + flag);
        } else
            return Error::wrong_use("rsl-tap knows no " + flag + "; it is started by 'rsl net up'");
    }
    if (argc % 2 == 0 || out.options.vm.empty() || out.options.adapter == 0)
        return Error::wrong_use("rsl-tap is started by 'rsl net up'");
    return out;
}

HostResult<int> run(Arguments arguments) {
    if (arguments.keep) return tap::keep(arguments.options, arguments.report_fd);
    if (arguments.worker) return tap::work(std::move(arguments.options), std::move(*arguments.worker), arguments.report_fd);
    auto loop = RSL_TRY(vm::EventLoop::create());
    auto bridge = RSL_TRY(tap::Bridge::create(*loop, std::move(arguments.options)));
    RSL_TRY(tap::drop_rights());
    bridge->on_end = [&](tap::Ending) { loop->quit(); };
    const UniqueFd stop = tap::stop_signals();
    loop->watch(stop.get(), [&] { loop->quit(); });
    RSL_TRY(bridge->start());
    ::dprintf(arguments.report_fd, "ready %s\n", bridge->interface_name().c_str());
    if (arguments.report_fd > 2) ::close(arguments.report_fd);
    loop->run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);
    int report_fd = 2;
    const HostResult<int> outcome = [&]() -> HostResult<int> {
        auto arguments = RSL_TRY(parse(argc, argv));
        report_fd = arguments.report_fd;
        ::fcntl(report_fd, F_SETFD, FD_CLOEXEC);
        return run(std::move(arguments));
    }();
    if (outcome) return *outcome;
    const Error error = outcome.failure();
    ::dprintf(report_fd, "%d %s\n", static_cast<int>(error.exit_code()), error.text().c_str());
    return static_cast<int>(error.exit_code());
}
