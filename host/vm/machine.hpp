// SPDX-License-Identifier: GPL-2.0-only
// A running VM: its QEMU process, console, QMP and rings. Made in two steps, because QEMU takes
// most of the start: launch() spawns it and returns at once, connect() hangs it into an event loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "host/vm/cgroup.hpp"
#include "host/vm/command_line.hpp"
#include "host/vm/confinement.hpp"
#include "host/vm/console.hpp"
#include "host/vm/event_loop.hpp"
#include "host/vm/qmp.hpp"
#include "host/vm/serial_port.hpp"
#include "transport/link/channel.hpp"

namespace rsl::vm {

/// How a VM ended, and what it said before.
struct MachineEnd {
    enum class Kind {
        kStopped,
        kBugCheck,
        kBootFailed,
        kGivenUp,
        kOutOfMemory,
        kKilled,
        kQemuFailed,
        kReset
    };
    Kind kind = Kind::kStopped;
    std::string sentence;                  // for people; empty when it was stopped
    std::optional<BugCheckReport> report;  // with kBugCheck
    std::vector<std::string> console;      // its last lines
    int exit_code = 0;                     // QEMU's, or 128 + signal

    ExitCode rsl_exit_code() const;
    Error error() const { return Error(sentence, rsl_exit_code()); }
};

class Machine {
  public:
    struct Config {
        std::string name;
        VmOptions options;
        Installation files;
        transport::Channel& control;
        transport::Channel* first_client = nullptr;  // plugged from the start, if any
    };
    static HostResult<std::unique_ptr<Machine>> launch(const Config& config);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// Console, QMP and end of process are handled in `loop` from now on. on_end runs once.
    void connect(EventLoop& loop, std::function<void(const MachineEnd&)> on_end);
    std::function<void(std::string_view)> on_console_line;

    /// Plugs `channel` into root port `slot` as device `id`.
    void plug(uint32_t slot, const std::string& id, transport::Channel& channel, Qmp::Reply done);
    /// Asks the guest to let go of device `id`, again and again: a press of the button can be lost
    /// when the slot has not been served yet. `done` once it is gone; `slow` once, when that takes.
    void unplug(const std::string& id, Qmp::Reply done, std::function<void()> slow);
    /// Pulls disk `index` out: the guest is told, not asked. Afterwards its file is free.
    void pull_disk(size_t index, Qmp::Reply done);
    /// Puts the cable of the network adapter options().devices[index] in, or pulls it.
    void set_link(size_t index, bool up, Qmp::Reply done);
    /// Ends QEMU at once; on_end still runs (kind kStopped).
    void stop();
    /// The same, because the guest does not get on: `why` becomes its end's sentence.
    void give_up(std::string why);

    Accel accel() const { return accel_; }
    Confinement confinement() const { return process_.kind(); }
    const std::string& why_not_confined() const { return process_.why_plain(); }
    pid_t pid() const { return pid_; }
    /// Readable once QEMU has ended.
    int pidfd() const { return process_.pidfd(); }
    const VmOptions& options() const { return options_; }
    const std::vector<SerialPort>& serial_ports() const { return serial_ports_; }
    std::chrono::steady_clock::time_point launched() const { return launched_; }

  private:
    Machine() = default;
    void read_console();
    void read_errors();
    void on_process_end();
    MachineEnd judge_end(int status);
    void ask_to_unplug(const std::string& id);
    void unplugged(const std::string& id);
    void forget_disk(size_t index, Qmp::Reply done);

    VmOptions options_;
    std::vector<SerialPort> serial_ports_;
    UniqueFd registry_lock_;  // held while the VM uses the folder
    Accel accel_ = Accel::kTcg;
    Cgroup cgroup_;  // declared before the process: removed after it
    ConfinedProcess process_;
    pid_t pid_ = -1;
    std::chrono::steady_clock::time_point launched_;
    UniqueFd console_fd_, errors_fd_;
    std::unique_ptr<Qmp> qmp_;
    Console console_;
    std::string errors_;
    bool stopping_ = false;
    std::string given_up_;
    EventLoop* loop_ = nullptr;
    std::function<void(const MachineEnd&)> on_end_;
    struct Unplug {
        Qmp::Reply done;
        std::function<void()> slow;
        EventLoop::TimerId timer;
        std::optional<size_t> disk;  // what it is, if no client's ring
    };
    std::map<std::string, Unplug> unplugs_;
};

}  // namespace rsl::vm
