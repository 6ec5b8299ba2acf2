// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "base/core/result.hpp"
#include "host/vm/accelerator.hpp"
#include "host/vm/clock.hpp"
#include "host/vm/tap.hpp"

namespace rsl::vm {
namespace {

/// What isa-debug-exit makes of RSL_EXIT_POWER_OFF (boot/boot_info.h): the guest ended in order.
constexpr int kGuestPowerOff = 33;
/// QEMU when it does not like its command line.
constexpr int kQemuRefused = 1;
/// QEMU refuses to ask the guest again within five seconds.
constexpr auto kUnplugAgain = std::chrono::milliseconds(5200);
constexpr size_t kKeptErrors = 4096;

struct Pipe {
    UniqueFd read, write;
};
HostResult<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

BootFacts boot_facts(bool first_client) {
    timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);
    return {.unix_time_ns = static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
                            static_cast<uint64_t>(now.tv_nsec),
            .tsc_khz = host_tsc_khz(),
            .first_client = first_client};
}

/// Two VMs that keep one registry would overwrite each other's.
HostResult<UniqueFd> lock_registry(const std::string& folder) {
    UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock) return Error::from_errno("open the registry's folder " + folder);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) < 0) {
        return Error::wrong_use("the registry in " + folder +
                                " is in use by another VM; stop that one, or give each VM a folder "
                                "of its own with --registry");
    }
    return lock;
}

/// Whatever lies in a non-blocking descriptor; false at its end.
template <typename Take>
bool drain(int fd, Take take) {
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::read(fd, buffer, sizeof(buffer));
        if (got > 0) {
            take(std::string_view(buffer, static_cast<size_t>(got)));
        } else if (got < 0 && errno == EAGAIN) {
            return true;
        } else if (got == 0 || errno != EINTR) {
            return false;
        }
    }
}

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const size_t newline = text.rfind('\n');
    return newline == std::string::npos ? text : text.substr(newline + 1);
}

}  // namespace

ExitCode MachineEnd::rsl_exit_code() const {
    return kind == Kind::kBugCheck ? ExitCode::kDriverCrashed : ExitCode::kVmFailed;
}

HostResult<std::unique_ptr<Machine>> Machine::launch(const Config& config) {
    std::unique_ptr<Machine> machine(new Machine());
    machine->options_ = config.options;
    machine->accel_ = RSL_TRY(choose_accelerator(config.options.accel, config.files));

    Limits limits{.cpus = config.options.cpu_limit};
    if (config.options.limit_memory) {
        limits.memory_bytes = (uint64_t{config.options.memory_mb} << 20) + kMemoryOverheadBytes;
    }
    if (limits.any()) machine->cgroup_ = RSL_TRY(Cgroup::create(config.name, limits));

    if (!config.options.registry.empty())
        machine->registry_lock_ = RSL_TRY(lock_registry(config.options.registry));

    // Open here only while QEMU is being started: what it has keeps the disk locked, and no longer than it lives.
    std::vector<UniqueFd> disks;
    for (const Disk& disk : config.options.disks) disks.push_back(RSL_TRY(open_disk(disk)));

    for (const std::string& name : config.options.serial_ports) machine->serial_ports_.push_back(RSL_TRY(SerialPort::create(name)));

    int qmp[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp) < 0)
        return Error::from_errno("make QMP's socket");
    const UniqueFd theirs(qmp[1]);
    machine->qmp_ = std::make_unique<Qmp>(UniqueFd(qmp[0]));
    auto console = RSL_TRY(make_pipe());
    auto errors = RSL_TRY(make_pipe());
    const UniqueFd ring = RSL_TRY(config.control.connect_qemu());
    UniqueFd first_ring;
    if (config.first_client != nullptr) first_ring = RSL_TRY(config.first_client->connect_qemu());

    ConfinedCommand command{
        .argv = qemu_command_line(config.options, machine->accel_, config.files,
                                  boot_facts(config.first_client != nullptr)),
        .keep = {theirs.get(), ring.get()},
        .output = console.write.get(),
        .errors = errors.write.get(),
        .readable = qemu_paths(config.files),
        .libraries = config.files.libraries,
        .before_exec = [&group = machine->cgroup_](pid_t pid) { return group.add(pid); }};
    for (const std::string* folder : {&config.options.drive_c, &config.options.registry}) {
        if (!folder->empty()) command.writable.push_back(*folder);
    }
    if (first_ring) command.keep.push_back(first_ring.get());
    for (const UniqueFd& disk : disks) command.keep.push_back(disk.get());
    for (const SerialPort& port : machine->serial_ports_) command.keep.push_back(port.qemu_fd());
    std::vector<UniqueFd> taps;
    for (const auto& device : config.options.devices) {
        if (device.tap.empty()) continue;
        taps.push_back(RSL_TRY(open_tap(device.tap)).fd);
        command.keep.push_back(taps.back().get());
    }
    if (machine->accel_ == Accel::kKvm) command.devices.push_back("/dev/kvm");
    machine->launched_ = std::chrono::steady_clock::now();
    machine->process_ = RSL_TRY(start_confined(command));
    machine->pid_ = machine->process_.pid();
    for (SerialPort& port : machine->serial_ports_) {
        port.close_qemu_fd();
        RSL_TRY(port.start());
    }
    machine->console_fd_ = std::move(console.read);
    machine->errors_fd_ = std::move(errors.read);
    return machine;
}

Machine::~Machine() {
    if (loop_ == nullptr) return;
    for (const int fd : {console_fd_.get(), errors_fd_.get(), qmp_->fd(), process_.pidfd()})
        loop_->unwatch(fd);
    for (const auto& [id, unplug] : unplugs_) loop_->cancel(unplug.timer);
}

void Machine::connect(EventLoop& loop, std::function<void(const MachineEnd&)> on_end) {
    loop_ = &loop;
    on_end_ = std::move(on_end);
    console_.on_line = [this](std::string_view line) {
        if (on_console_line) on_console_line(line);
    };
    qmp_->on_event = [this](const std::string& name, const nlohmann::json& data) {
        const auto device = data.find("device");
        if (device == data.end() || !device->is_string()) return;
        const std::string id = device->get<std::string>();
        if (name == "DEVICE_DELETED") unplugged(id);
    };
    loop.watch(console_fd_.get(), [this] { read_console(); });
    loop.watch(errors_fd_.get(), [this] { read_errors(); });
    loop.watch(qmp_->fd(), [this] {
        if (!qmp_->on_readable()) loop_->unwatch(qmp_->fd());
    });
    loop.watch(process_.pidfd(), [this] { on_process_end(); });
}

void Machine::read_console() {
    if (!drain(console_fd_.get(), [this](std::string_view bytes) { console_.feed(bytes); })) {
        loop_->unwatch(console_fd_.get());
    }
}

void Machine::read_errors() {
    const bool open = drain(errors_fd_.get(), [this](std::string_view bytes) {
        errors_.append(bytes.substr(0, kKeptErrors - std::min(errors_.size(), kKeptErrors)));
    });
    if (!open) loop_->unwatch(errors_fd_.get());
}

void Machine::plug(uint32_t slot, const std::string& id, transport::Channel& channel,
                   Qmp::Reply done) {
    auto socket = channel.connect_qemu();
    if (!socket) return done(socket.failure());
    // Answered in order: the last answer tells; an earlier failure makes the later ones fail too.
    const auto ignore = [](HostResult<void>) {};
    const std::string chardev = "chr-" + id;
    qmp_->execute("getfd", {{"fdname", chardev}}, ignore, socket->get());
    qmp_->execute(
        "chardev-add",
        {{"id", chardev},
         {"backend",
          {{"type", "socket"},
           {"data",
            {{"addr", {{"type", "fd"}, {"data", {{"str", chardev}}}}}, {"server", false}}}}}},
        ignore);
    qmp_->execute("device_add",
                  {{"driver", "ivshmem-doorbell"},
                   {"id", id},
                   {"bus", port_id(slot)},
                   {"chardev", chardev},
                   {"vectors", kRingVectors}},
                  [this, chardev, done = std::move(done)](HostResult<void> added) {
                      if (!added)
                          qmp_->execute("chardev-remove", {{"id", chardev}},
                                        [](HostResult<void>) {});
                      done(std::move(added));
                  });
}

void Machine::unplug(const std::string& id, Qmp::Reply done, std::function<void()> slow) {
    unplugs_[id] = {std::move(done), std::move(slow), {}, {}};
    ask_to_unplug(id);
}

void Machine::ask_to_unplug(const std::string& id) {
    unplugs_[id].timer = loop_->after(kUnplugAgain, [this, id] {
        if (const auto slow = std::exchange(unplugs_[id].slow, nullptr)) slow();
        ask_to_unplug(id);
    });
    // A refusal is no end: QEMU may think that the guest is busy with it, or it has just gone.
    qmp_->execute("device_del", {{"id", id}}, [](HostResult<void>) {});
}

void Machine::unplugged(const std::string& id) {
    const auto found = unplugs_.find(id);
    if (found == unplugs_.end()) return;
    const Unplug unplug = std::move(found->second);
    unplugs_.erase(found);
    loop_->cancel(unplug.timer);
    if (unplug.disk) return forget_disk(*unplug.disk, unplug.done);
    qmp_->execute("chardev-remove", {{"id", "chr-" + id}},
                  [done = unplug.done](HostResult<void> removed) { done(std::move(removed)); });
}

void Machine::pull_disk(size_t index, Qmp::Reply done) {
    const std::string id = disk_id(index);
    unplugs_[id] = {std::move(done), {}, {}, index};
    ask_to_unplug(id);
}

/// QEMU lets go of the file, from the top of what lies on it down to the descriptor.
void Machine::forget_disk(size_t index, Qmp::Reply done) {
    for (const std::string& node : disk_nodes(options_.disks[index], index))
        qmp_->execute("blockdev-del", {{"node-name", node}}, [](HostResult<void>) {});
    qmp_->execute("remove-fd", {{"fdset-id", index}}, std::move(done));
}

void Machine::set_link(size_t index, bool up, Qmp::Reply done) {
    qmp_->execute("set_link", {{"name", device_id(index)}, {"up", up}}, std::move(done));
}

void Machine::stop() {
    stopping_ = true;
    process_.kill();
}

void Machine::give_up(std::string why) {
    given_up_ = std::move(why);
    process_.kill();
}

void Machine::on_process_end() {
    loop_->unwatch(process_.pidfd());
    read_console();  // what it said last is still in the pipes
    read_errors();
    console_.finish();
    registry_lock_ = UniqueFd();  // a successor may use the folder while we stay to tell how it ended
    const auto status = process_.wait(-1);
    const MachineEnd end = judge_end(status.value_or(0));
    cgroup_ = Cgroup();  // a successor's has the same name
    const auto on_end = std::exchange(on_end_, nullptr);
    if (on_end) on_end(end);  // may destroy us
}

MachineEnd Machine::judge_end(int status) {
    using Kind = MachineEnd::Kind;
    MachineEnd end;
    end.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    end.console.assign(console_.tail().begin(), console_.tail().end());
    if (console_.bug_check()) {
        end.kind = Kind::kBugCheck;
        end.report = console_.bug_check();
        end.sentence = "the kernel in the VM stopped: " + end.report->sentence();
    } else if (console_.boot_failure()) {
        end.kind = Kind::kBootFailed;
        end.sentence = "the VM did not boot: " + *console_.boot_failure();
    } else if (!given_up_.empty()) {
        end.kind = Kind::kGivenUp;
        end.sentence = given_up_;
    } else if (stopping_) {
        end.kind = Kind::kStopped;
    } else if (cgroup_.killed_for_memory()) {
        end.kind = Kind::kOutOfMemory;
        end.sentence =
            "the VM used more memory than its limit and was killed; give it more with --memory";
    } else if (WIFSIGNALED(status)) {
        end.kind = Kind::kKilled;
        end.sentence = fmt::format("QEMU was killed by signal {}", WTERMSIG(status));
    } else if (!errors_.empty() && WEXITSTATUS(status) == kQemuRefused) {
        end.kind = Kind::kQemuFailed;
        end.sentence = "QEMU did not start the VM: " + last_line(errors_);
        if (accel_ == Accel::kKvm && last_line(errors_).find("kvm") != std::string::npos)
            end.sentence += "; use --accel tcg, or see 'rsl doctor'";
    } else if (WEXITSTATUS(status) == 0) {
        end.kind = Kind::kReset;
        end.sentence = "the VM reset itself (a triple fault, or a driver that resets the machine)";
    } else if (WEXITSTATUS(status) == kGuestPowerOff) {
        end.kind = Kind::kStopped;
    } else {
        end.kind = Kind::kQemuFailed;
        end.sentence = fmt::format("QEMU ended with status {}{}{}", WEXITSTATUS(status),
                                   errors_.empty() ? "" : ": ", last_line(errors_));
    }
    return end;
}

}  // namespace rsl::vm
