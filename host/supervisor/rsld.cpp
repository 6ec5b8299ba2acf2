// SPDX-License-Identifier: GPL-2.0-only
// rsld: the supervisor of one VM, started by `rsl start`. Says "ready" or why not on the descriptor
// that --report names, then lives until it is told to stop.
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>

#include "base/core/result.hpp"
#include "host/supervisor/keeper.hpp"
#include "host/supervisor/runtime_directory.hpp"
#include "host/supervisor/supervisor.hpp"
#include "transport/link/message_socket.hpp"

namespace {

using namespace rsl;
using supervisor::Supervisor;

struct Arguments {
    Supervisor::Config config;
    int report_fd = 2;
};

HostResult<Arguments> parse(int argc, char** argv) {
    Arguments out;
    out.config.name = "default";
    auto& options = out.config.options;
    options.client_slots = supervisor::kDefaultClientSlots;
    std::string image;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string flag = argv[i], value = argv[i + 1];
        if (flag == "--name")
            out.config.name = value;
        else if (flag == "--report")
            out.report_fd = std::atoi(value.c_str());
        else if (flag == "--profile")
            options.profile = RSL_TRY(vm::parse_profile(value));
        else if (flag == "--accel")
            options.accel = RSL_TRY(vm::parse_accel(value));
        else if (flag == "--smp")
            options.processors = static_cast<uint32_t>(std::atoi(value.c_str()));
        else if (flag == "--cpus")
            RSL_TRY(vm::set_cpus(options, value));
        else if (flag == "--memory")
            RSL_TRY(vm::set_memory(options, value));
        else if (flag == "--clients")
            options.client_slots = static_cast<uint32_t>(std::atoi(value.c_str()));
        else if (flag == "--kernel-args")
            options.kernel_arguments = value;
        else if (flag == "--device")
            RSL_TRY(vm::add_device(options, value));
        else if (flag == "--serial")
            RSL_TRY(vm::add_serial(options, value));
        else if (flag == "--disk")
            RSL_TRY(vm::add_disk(options, value));
        else if (flag == "--drive-c" && value != "none")
            options.drive_c = RSL_TRY(vm::shared_folder("drive-c", value));
        else if (flag == "--registry" && value != "none")
            options.registry = RSL_TRY(vm::shared_folder("registry", value));
        else if (flag == "--drive-c" || flag == "--registry")
            continue;
        else if (flag == "--restart")
            out.config.restart = value == "on";
        else if (flag == "--image")
            image = value;
        else
            return Error::wrong_use("rsld knows no " + flag + "; it is started by 'rsl start'");
    }
    if (argc % 2 == 0)
        return Error::wrong_use(std::string("rsld: ") + argv[argc - 1] + " needs a value");
    options.client_slots = std::min(options.client_slots, vm::kMaxClientSlots);
    out.config.files = RSL_TRY(vm::find_installation(image));
    return out;
}

HostResult<void> run(Arguments arguments) {
    auto loop = RSL_TRY(vm::EventLoop::create());
    auto listener = RSL_TRY(supervisor::listen_for(arguments.config.name));
    const std::string page = RSL_TRY(transport::vm_page_path(arguments.config.name));
    const supervisor::OthersFile time_zone(RSL_TRY(transport::vm_time_zone_path(arguments.config.name)));
    auto keeper = RSL_TRY(supervisor::Keeper::start(*loop, std::move(arguments.config)));

    const auto report = [fd = arguments.report_fd](const std::string& text) {
        const std::string line = text + "\n";
        (void)!::write(fd, line.data(), line.size());
    };
    keeper->on_ready = [&] {
        report("ready");
        if (arguments.report_fd > 2) ::close(arguments.report_fd);
    };
    HostResult<void> outcome;
    keeper->on_failed = [&](const vm::MachineEnd& end) {  // later it stays, to tell how the VM ended
        outcome = end.sentence.empty() ? Error("the VM was stopped while it started") : end.error();
        loop->quit();
    };
    keeper->on_stopped = [&] { loop->quit(); };

    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    const UniqueFd stop_signal(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    loop->watch(stop_signal.get(), [&] {
        signalfd_siginfo info;
        (void)!::read(stop_signal.get(), &info, sizeof(info));
        // A second signal is impatience.
        Supervisor& vm = keeper->current();
        const bool again = vm.state() == protocol::supervisor::VmState::kStopping;
        vm.stop(again ? std::chrono::seconds(0) : supervisor::kDefaultGrace);
    });
    Supervisor& vm = keeper->current();
    vm.connect(*loop);
    vm.show(RSL_TRY(supervisor::WinePageFile::create(page)));
    vm.listen(std::move(listener));
    loop->run();
    return outcome;
}

}  // namespace

int main(int argc, char** argv) {
    int report_fd = 2;
    HostResult<void> outcome = [&]() -> HostResult<void> {
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
