// SPDX-License-Identifier: GPL-2.0-only
// Supervises one VM: starts it, hands each client a ring of its own, keeps what drivers print, says
// how the VM ended. A library: rsld runs it behind a socket, `rsl run` runs it in its own process.
// One thread, one event loop. Nothing the guest writes is trusted.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/supervisor/announcements.hpp"
#include "host/supervisor/client_rings.hpp"
#include "host/supervisor/control_calls.hpp"
#include "host/supervisor/handover.hpp"
#include "host/supervisor/log_buffer.hpp"
#include "host/supervisor/runtime_directory.hpp"
#include "host/vm/machine.hpp"
#include "protocol/message/supervisor.hpp"
#include "transport/link/channel.hpp"

namespace rsl::supervisor {

namespace wire = protocol::supervisor;

inline constexpr uint32_t kDefaultClientSlots = 8;
/// How long the VM may take from QEMU's start to the server's ready signal.
inline constexpr auto kBootLimit = std::chrono::seconds(20);
/// How long drivers may take to shut down when nobody says otherwise.
inline constexpr auto kDefaultGrace = std::chrono::seconds(3);

class Session;

class Supervisor {
  public:
    struct Config {
        std::string name;
        vm::VmOptions options;
        vm::Installation files;
        bool first_client = false;  // a ring for the process itself: see first_client()
        bool restart = false;       // whoever owns the supervisor starts the VM again (keeper.hpp)
    };
    /// Spawns QEMU and returns at once.
    static HostResult<std::unique_ptr<Supervisor>> start(Config config);
    ~Supervisor();

    /// Watches everything in `loop`, which the caller runs.
    void connect(vm::EventLoop& loop);
    /// Accepts clients at `listener` from now on.
    void listen(Listener listener);
    /// Takes a client that is connected already, one end of a SOCK_SEQPACKET pair.
    void add_client(UniqueFd socket);

    /// Takes the place of `old`, whose VM is dead: connects to its loop, and takes its listener, its logs, its page and
    /// those of its clients that only ask. Its other clients are dropped; what is left of it is to be destroyed.
    void succeed(Supervisor& old);
    /// The VM is dead and will not be started again, because of `why`.
    void stay_dead(const std::string& why);
    /// How often the VM was started again.
    uint32_t restarts() const { return restarts_; }

    /// Wine's programs find there what concerns them.
    void show(WinePageFile page) { handover_->show(std::move(page)); }
    /// A client by its number; nullptr when it has gone.
    Session* find(uint32_t id) const;
    const Handover& handover() const { return *handover_; }

    /// Descriptors of the ring that was plugged from the start. Needs Config::first_client.
    HostResult<transport::ChannelFds> first_client();

    /// Each at most once: the server answers; the VM has ended and every client was told; a stop
    /// was asked for and the VM is gone, now or already before.
    std::function<void()> on_ready;
    std::function<void(const vm::MachineEnd&)> on_end;
    std::function<void()> on_stopped;
    /// Each line as it comes.
    std::function<void(const LogLine&)> on_log;

    /// Has the drivers told, and ends the VM when they are done, at the latest after `grace`. Asked
    /// again, it takes the shorter time.
    void stop(std::chrono::milliseconds grace);
    /// What was still busy when a stop had to be cut short: a sentence, or empty.
    const std::string& cut_short() const { return cut_short_; }
    /// Ends a VM that does not get on; `why` is what clients are told.
    void give_up(std::string why) { machine_->give_up(std::move(why)); }
    const std::optional<vm::MachineEnd>& end() const { return end_; }
    wire::VmState state() const { return state_; }
    std::chrono::nanoseconds boot_time() const { return boot_time_; }
    const vm::Machine& machine() const { return *machine_; }
    uint32_t free_slots() const { return rings_->free_slots(); }
    /// The guest's end of the control ring, for tests that play the guest.
    transport::Channel& control_channel_for_test() { return *control_; }

  private:
    friend class Session;
    explicit Supervisor(Config config);
    void stop_listening();
    void accept_clients();
    void on_control_bell();
    void read_log();
    void become_ready();
    void machine_ended(const vm::MachineEnd& end);

    // For sessions.
    void attach(Session& session, uint32_t sequence, uint64_t wanted_bytes);
    void remove(Session& session);
    void pull_disk(Session& session, uint32_t sequence, uint32_t index);
    /// A network adapter's cable; the answer goes to `session`.
    void set_link(Session& session, uint32_t sequence, uint32_t index, bool up);
    wire::StatusReply status(uint64_t flags) const;  // wire::StatusFlags
    std::string status_detail() const;
    void cut_stop();
    void finish_stop();
    uint32_t spin_limit_us() const;

    Config config_;
    std::unique_ptr<transport::Channel> control_, first_;
    std::unique_ptr<ControlCalls> calls_;
    std::unique_ptr<Handover> handover_;
    std::unique_ptr<Announcements> announcements_;
    std::unique_ptr<vm::Machine> machine_;
    std::unique_ptr<ClientRings> rings_;
    vm::EventLoop* loop_ = nullptr;
    Listener listener_;
    std::list<std::unique_ptr<Session>> sessions_;
    std::vector<std::pair<Session*, uint32_t>> stopping_;  // who asked for a stop
    std::vector<bool> pulled_;  // disks that are out, or on their way
    uint32_t next_client_ = 1;
    wire::VmState state_ = wire::VmState::kStarting;
    std::chrono::nanoseconds boot_time_{0};
    std::optional<vm::MachineEnd> end_;
    uint32_t restarts_ = 0;
    std::optional<vm::MachineEnd> previous_end_;  // of the VM before this one
    std::string stays_dead_;                      // why, if it does
    LogBuffer log_;
    LogBuffer events_;  // apart: a chatty provider pushes no line out
    std::optional<transport::ByteRingReader> log_reader_;
    uint32_t log_lost_ = 0;
    std::optional<vm::EventLoop::TimerId> boot_timer_, stop_timer_;
    std::chrono::steady_clock::time_point stop_limit_;
    bool shutdown_asked_ = false;
    std::string cut_short_;
};

}  // namespace rsl::supervisor
