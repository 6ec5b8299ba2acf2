// SPDX-License-Identifier: GPL-2.0-only
// `rsl wine`: a Windows program under this machine's Wine, whose drivers run in RSL. Makes sure
// that the prefix' VM runs, and that its Wine session has our library, then becomes Wine.
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "host/cli/state_folders.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/supervisor_start.hpp"
#include "host/cli/verbs.hpp"
#include "host/vm/installation.hpp"
#include "host/wine/wine.hpp"
#include "shim/wine/placement.hpp"

namespace rsl::cli {
namespace {

/// A file beside the guest's, or of the library folder that belongs to it.
HostResult<std::string> our_file(const std::string& relative, std::string_view what) {
    std::string path = vm::share_directory() + "/" + relative;
    if (::access(path.c_str(), R_OK) == 0) return path;
    return Error(fmt::format("{} is not where it should be, at {}; is RSL installed completely?",
                             what, path));
}

/// Whether the VM runs; one that another `rsl wine` starts at this moment is waited for, a dead one is cleared away.
HostResult<bool> find_vm(const std::string& name) {
    constexpr auto kPause = std::chrono::milliseconds(5);
    for (;;) {
        auto supervisor = SupervisorClient::connect(name);
        if (!supervisor) return false;
        const auto status = supervisor->status(wire::kStatusQuick);
        if (!status) return false;  // it has gone meanwhile
        if (status->reply.state == wire::VmState::kRunning) return true;
        if (status->reply.state == wire::VmState::kStarting) {
            std::this_thread::sleep_for(kPause);  // not for ever: its supervisor gives up after a while
            continue;
        }
        (void)supervisor->stop(0);  // several may do so at once: a new one takes its place
        return false;
    }
}

/// Drivers see the prefix' drive C: as theirs; their registry is the VM's own, kept from start to start.
HostResult<void> make_sure_of_vm(const std::string& name, const std::string& prefix, Output& out) {
    if (RSL_TRY(find_vm(name))) return {};
    const auto own = RSL_TRY(state_folders_of(name));
    const std::string drive_c = prefix + "/drive_c";
    const bool there = ::access(drive_c.c_str(), R_OK | X_OK) == 0;  // not before Wine has made the prefix
    const auto started = start_supervisor(name, {"--drive-c", there ? drive_c : own.drive_c, "--registry", own.registry}, out);
    if (started || RSL_TRY(find_vm(name))) return {};  // another `rsl wine` may have been quicker
    return started;
}

HostResult<void> check_session(const std::string& prefix, const std::string& library) {
    const auto session = wine_host::find_session(prefix, library);
    if (session.state != wine_host::SessionState::kUnhooked) return {};
    return Error::wrong_use(fmt::format(
        "a Wine session runs in {} without RSL (services.exe is process {}), so drivers that its "
        "programs start would go to Wine; "
        "close its programs or end it with 'WINEPREFIX={} wineserver -k', then try again",
        prefix, session.service_manager, prefix));
}

/// "0,1,...": where this process may run, and so the session that it starts (shim/wine/placement.cpp).
std::string own_processors() {
    cpu_set_t set;
    std::string text;
    if (::sched_getaffinity(0, sizeof(set), &set) != 0) return text;
    for (size_t i = 0; i < CPU_SETSIZE; ++i) {
        if (CPU_ISSET(i, &set)) text += (text.empty() ? "" : ",") + std::to_string(i);
    }
    return text;
}

void set_environment(const std::string& prefix, const std::string& vm, const std::string& library,
                     const std::string& device_host) {
    const char* before = std::getenv("LD_PRELOAD");
    const std::string preload =
        before != nullptr && *before != '\0' ? library + ":" + before : library;
    ::setenv("LD_PRELOAD", preload.c_str(), 1);
    ::setenv("WINEPREFIX", prefix.c_str(), 1);
    ::setenv("RSL_VM", vm.c_str(), 1);
    ::setenv("RSL_WINE_DEVICE_HOST", device_host.c_str(), 1);
    ::setenv("RSL_WINE_CPUS", own_processors().c_str(), 1);
}

HostResult<void> become(const std::string& loader, const std::vector<std::string>& words) {
    std::vector<char*> arguments{const_cast<char*>(loader.c_str())};
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(loader.c_str(), arguments.data());
    return Error::from_errno("start " + loader);
}

}  // namespace

const Verb kWine{
    .path = "wine",
    .summary = "run a Windows program under Wine, its drivers in RSL",
    .args = {{"COMMAND", "the program and its arguments, as for wine", Count::kMany}},
    .flags = {{"--prefix", "the Wine prefix (default: $WINEPREFIX, or ~/.wine)", "DIR"},
              {"--vm", "the VM to use (default: one for the prefix)", "NAME"}},
    .more = "rsl wine -- setup.exe /S\nrsl wine --prefix ~/lab -- cmd /c 'sc start dongle'",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const std::string loader = RSL_TRY(wine_host::find_loader());
        const std::string prefix = RSL_TRY(wine_host::find_prefix(call.value_or("prefix", "")));
        const auto& command = call.args("COMMAND");
        RSL_TRY(wine_host::check_program(command.front(), loader));
        const std::string library =
            RSL_TRY(our_file("../../lib/libRSL.so", "the library that Wine loads"));
        const std::string device_host =
            RSL_TRY(our_file("rsldevice.exe", "the driver host for Wine"));
        RSL_TRY(check_session(prefix, library));
        const std::string vm = call.value_or("vm", wine_host::vm_name_of(prefix));
        RSL_TRY(make_sure_of_vm(vm, prefix, out));
        set_environment(prefix, vm, library, device_host);
        wine::start_beside_server(prefix);
        auto failed = become(loader, command);
        wine::run_anywhere();
        return failed;
    },
};

}  // namespace rsl::cli
