// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/supervisor.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/core/result.hpp"
#include "host/supervisor/process_memory.hpp"
#include "host/supervisor/session.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::supervisor {
namespace {

using transport::Channel;
using transport::ChannelKind;
using transport::GuestState;

constexpr uint64_t kControlBytes = 256 << 10;
constexpr size_t kLongestDriverName = 64;
constexpr int kListenBatch = 16;

HostResult<std::unique_ptr<Channel>> make_channel(ChannelKind kind, uint64_t bytes,
                                                  uint32_t spin_us) {
    return std::make_unique<Channel>(RSL_TRY(Channel::create(kind, bytes, spin_us)));
}

}  // namespace

HostResult<std::unique_ptr<Supervisor>> Supervisor::start(Config config) {
    std::unique_ptr<Supervisor> made(new Supervisor(std::move(config)));
    const Config& own = made->config_;
    // Whether KVM is used is not known yet; the longer time of TCG is the bound for both.
    const uint32_t spin_us = transport::suitable_spin_us(transport::Emulation::kTcg);
    made->control_ = RSL_TRY(make_channel(ChannelKind::kControl, kControlBytes, spin_us));
    RSL_TRY(made->control_->add_slot_bells(own.options.client_slots));
    made->calls_ = std::make_unique<ControlCalls>(*made->control_);
    made->handover_ = std::make_unique<Handover>(*made, *made->calls_);
    made->announcements_ = std::make_unique<Announcements>(*made, *made->calls_);
    if (own.first_client) {
        made->first_ =
            RSL_TRY(make_channel(ChannelKind::kClient, transport::kDefaultChannelBytes, spin_us));
    }
    made->machine_ = RSL_TRY(vm::Machine::launch({.name = own.name,
                                                  .options = own.options,
                                                  .files = own.files,
                                                  .control = *made->control_,
                                                  .first_client = made->first_.get()}));
    made->rings_ = std::make_unique<ClientRings>(*made->machine_, *made->control_, own.options.client_slots, made->spin_limit_us(),
                                                 [log = &made->log_](std::string sentence) {
                                                     log->add({.level = 3, .source = "rsld", .text = std::move(sentence)});
                                                 });
    return made;
}

Supervisor::Supervisor(Config config) : config_(std::move(config)) {}

Supervisor::~Supervisor() {
    if (loop_ == nullptr) return;
    stop_listening();
    for (const auto& session : sessions_) loop_->unwatch(session->fd());
    loop_->unwatch(control_->wake_fd());
    if (boot_timer_) loop_->cancel(*boot_timer_);
    if (stop_timer_) loop_->cancel(*stop_timer_);
}

void Supervisor::connect(vm::EventLoop& loop) {
    loop_ = &loop;
    rings_->connect(loop);
    machine_->on_console_line = [this](std::string_view line) {
        const LogLine& kept =
            log_.add({.level = 2, .source = "console", .text = std::string(line)});
        if (on_log) on_log(kept);
        for (const auto& session : sessions_) session->send_log(kept);
    };
    machine_->connect(loop, [this](const vm::MachineEnd& end) { machine_ended(end); });
    const auto view = transport::ChannelView::of(&control_->header(), control_->bytes());
    RSL_CHECK(view.has_value());
    log_reader_.emplace(view->log_reader());
    loop.watch(control_->wake_fd(), [this] { on_control_bell(); });
    boot_timer_ = loop.after(kBootLimit, [this] {
        boot_timer_.reset();
        if (state_ == wire::VmState::kStarting) machine_->give_up("the VM did not start in time");
    });
    on_control_bell();
}

void Supervisor::listen(Listener listener) {
    listener_ = std::move(listener);
    loop_->watch(listener_.fd(), [this] { accept_clients(); });
}

void Supervisor::stop_listening() {
    if (!listener_) return;
    loop_->unwatch(listener_.fd());
    const Listener old = std::move(listener_);
}

void Supervisor::succeed(Supervisor& old) {
    restarts_ = old.restarts_ + 1;
    previous_end_ = old.end_;
    next_client_ = old.next_client_;
    log_ = std::move(old.log_);
    events_ = std::move(old.events_);
    log_.add({.level = 3,
              .source = "rsld",
              .text = fmt::format("the VM is started again ({}), because it ended: {}", restarts_,
                                  previous_end_ ? previous_end_->sentence : "")});
    connect(*old.loop_);
    while (!old.sessions_.empty()) {
        Session& session = *old.sessions_.front();
        UniqueFd kept = session.only_asks() ? session.release() : UniqueFd();
        old.remove(session);
        if (kept) add_client(std::move(kept));
    }
    handover_->show(old.handover_->hide());  // cleared of what the old clients had there
    if (old.listener_) listen(std::move(old.listener_));
}

void Supervisor::stay_dead(const std::string& why) {
    stays_dead_ = why;
    log_.add({.level = 4, .source = "rsld", .text = "the VM is not started again: " + why});
}

void Supervisor::accept_clients() {
    for (int i = 0; i < kListenBatch; ++i) {
        UniqueFd socket(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket) return;
        const auto peer = transport::peer_credentials(socket.get());
        if (!peer || (peer->uid != ::geteuid() && peer->uid != 0)) continue;
        add_client(std::move(socket));
    }
}

void Supervisor::add_client(UniqueFd socket) {
    const auto peer = transport::peer_credentials(socket.get());
    if (!peer) return;
    sessions_.push_back(std::make_unique<Session>(*this, std::move(socket), next_client_++, *peer));
    Session* session = sessions_.back().get();
    loop_->watch(session->fd(), [this, session] {
        if (!session->on_readable()) remove(*session);
    });
}

void Supervisor::remove(Session& session) {
    loop_->unwatch(session.fd());
    std::erase_if(stopping_, [&](const auto& stop) { return stop.first == &session; });
    announcements_->forget(session);
    rings_->forget(session);
    handover_->forget(session);
    std::erase_if(sessions_, [&](const auto& each) { return each.get() == &session; });
}

Session* Supervisor::find(uint32_t id) const {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& each) { return each->id() == id; });
    return found != sessions_.end() ? found->get() : nullptr;
}

// ---- The control ring: the ready signal, the log, answers ---------------------------------------

void Supervisor::on_control_bell() {
    transport::drain(control_->wake_fd());
    transport::retract_sleep(control_->header().host_asleep);
    const GuestState guest =
        control_->header().guest_state.load(std::memory_order_acquire);  // pairs: server's start
    if (state_ == wire::VmState::kStarting && guest != GuestState::kAbsent) become_ready();
    read_log();
    handover_->listen(control_->header().listeners.load(std::memory_order_acquire));  // pairs with on_listeners()
    const bool more = calls_->on_bell();
    transport::announce_sleep(control_->header().host_asleep);
    // More has come meanwhile: next time round, so that clients get their turn.
    if (more || calls_->has_answer() || (log_reader_ && log_reader_->has_record()))
        transport::ring(control_->wake_fd());
}

void Supervisor::read_log() {
    std::array<std::byte, transport::kMaxRecordBytes> record;
    for (int budget = 1000; log_reader_ && budget > 0;
         --budget) {  // a guest that floods must not starve the clients
        const auto got = log_reader_->read(record);
        if (!got) {
            log_.add({.level = 4,
                      .source = "rsld",
                      .text = "the VM wrote a malformed log; no more of it is read"});
            log_reader_.reset();
            return;
        }
        transport::LogRecordHead head;
        if (*got < sizeof(head)) return;
        std::memcpy(&head, record.data(), sizeof(head));
        const uint64_t rest = *got - sizeof(head);
        const uint64_t source_bytes = std::min<uint64_t>(head.source_bytes, rest);
        const auto* text = reinterpret_cast<const char*>(record.data()) + sizeof(head);
        const uint32_t lost = control_->header().log_lost.load(std::memory_order_relaxed);
        LogBuffer& kept = head.level == LogBuffer::kEventLevel ? events_ : log_;
        const LogLine& line =
            kept.add({.time_ns = head.time_ns,
                      .level = head.level,
                      .lost = lost - std::exchange(log_lost_, lost),
                      .source = std::string(text, source_bytes),
                      .text = std::string(text + source_bytes, rest - source_bytes)});
        if (on_log) on_log(line);
        for (const auto& session : sessions_) session->send_log(line);
    }
}

void Supervisor::become_ready() {
    state_ = wire::VmState::kRunning;
    boot_time_ = std::chrono::steady_clock::now() - machine_->launched();
    if (boot_timer_) loop_->cancel(*std::exchange(boot_timer_, std::nullopt));
    rings_->open();
    if (on_ready) on_ready();
}

uint32_t Supervisor::spin_limit_us() const {
    // A VM with a quota below two CPUs, or one CPU, would spend on spinning what the peer needs.
    if (config_.options.cpu_limit && *config_.options.cpu_limit < 2) return 0;
    return transport::suitable_spin_us(machine_->accel() == vm::Accel::kKvm
                                           ? transport::Emulation::kKvm
                                           : transport::Emulation::kTcg);
}

HostResult<transport::ChannelFds> Supervisor::first_client() {
    RSL_CHECK(first_ != nullptr);
    return first_->duplicate();
}

void Supervisor::attach(Session& session, uint32_t sequence, uint64_t wanted_bytes) {
    if (state_ == wire::VmState::kDead || state_ == wire::VmState::kStopping) {
        return session.fail(sequence, end_ && !end_->sentence.empty()
                                          ? end_->error()
                                          : Error("the VM is stopping"));
    }
    rings_->attach(session, sequence, wanted_bytes);
}

void Supervisor::set_link(Session& session, uint32_t sequence, uint32_t index, bool up) {
    const auto& devices = config_.options.devices;
    if (state_ != wire::VmState::kRunning) return session.fail(sequence, Error("the VM does not run"));
    const auto* const known = index < devices.size() ? vm::find_pluggable(devices[index].name) : nullptr;
    if (known == nullptr || !known->network) {
        return session.fail(sequence, Error::wrong_use(fmt::format(
                                          "the VM '{}' has no network adapter {}; 'rsl status' lists its devices", config_.name, index)));
    }
    machine_->set_link(index, up, [this, id = session.id(), sequence](HostResult<void> set) {
        Session* const asker = find(id);  // may have gone meanwhile
        if (asker == nullptr) return;
        if (set) asker->send(sequence, wire::Done{});
        else asker->fail(sequence, set.failure());
    });
}

void Supervisor::pull_disk(Session& session, uint32_t sequence, uint32_t index) {
    const auto& disks = config_.options.disks;
    if (state_ != wire::VmState::kRunning) return session.fail(sequence, Error("the VM does not run"));
    pulled_.resize(disks.size());
    if (index >= disks.size() || pulled_[index]) {
        return session.fail(sequence, Error::wrong_use(fmt::format(
                                          "the VM '{}' has no disk {}; 'rsl status' lists those that it has", config_.name, index)));
    }
    pulled_[index] = true;
    machine_->pull_disk(index, [this, id = session.id(), sequence, index](HostResult<void> pulled) {
        if (!pulled) pulled_[index] = false;
        Session* const asker = find(id);  // may have gone meanwhile
        if (asker == nullptr) return;
        if (pulled) asker->send(sequence, wire::Done{});
        else asker->fail(sequence, pulled.failure());
    });
}

// ---- Status and end
// -------------------------------------------------------------------------------

wire::StatusReply Supervisor::status(uint64_t flags) const {
    wire::StatusReply reply{};
    reply.state = state_;
    reply.accelerator =
        machine_->accel() == vm::Accel::kKvm ? wire::Accelerator::kKvm : wire::Accelerator::kTcg;
    reply.profile =
        config_.options.profile == vm::Profile::kQ35 ? wire::Profile::kQ35 : wire::Profile::kMicro;
    reply.supervisor_pid = static_cast<uint32_t>(::getpid());
    reply.processors = config_.options.processors;
    reply.clients = static_cast<uint32_t>(std::count_if(
        sessions_.begin(), sessions_.end(), [](const auto& s) { return s->slot.has_value(); }));
    reply.memory_bytes = uint64_t{config_.options.memory_mb} << 20;
    const auto uptime = std::chrono::steady_clock::now() - machine_->launched();
    reply.uptime_ns = static_cast<uint64_t>(std::chrono::nanoseconds(uptime).count());
    reply.boot_ns = static_cast<uint64_t>(boot_time_.count());
    if (state_ != wire::VmState::kDead) reply.qemu_pid = static_cast<uint32_t>(machine_->pid());
    if ((flags & wire::kStatusQuick) != 0) return reply;
    reply.private_bytes = private_bytes(::getpid());
    if (state_ != wire::VmState::kDead) reply.private_bytes += private_bytes(machine_->pid());
    return reply;
}

std::string Supervisor::status_detail() const {
    nlohmann::json detail;
    detail["confinement"] =
        machine_->confinement() == vm::Confinement::kNamespaces ? "namespaces" : "plain";
    if (!machine_->why_not_confined().empty())
        detail["why_not_confined"] = machine_->why_not_confined();
    detail["client_slots"] = rings_->slots();
    for (const vm::GivenDevice& device : config_.options.devices) detail["devices"].push_back({{"name", device.name}, {"tap", device.tap}});
    for (size_t i = 0; i < config_.options.disks.size(); ++i) {
        const vm::Disk& disk = config_.options.disks[i];
        detail["disks"].push_back({{"path", disk.path}, {"read_only", disk.read_only}});
        if (i < pulled_.size() && pulled_[i]) detail["disks"].back()["pulled"] = true;
    }
    for (const vm::SerialPort& port : machine_->serial_ports()) {
        const std::string com = "COM" + std::to_string(detail.contains("serial_ports") ? detail["serial_ports"].size() + 1 : 1);
        detail["serial_ports"].push_back({{"name", port.name()}, {"port", com}, {"path", port.path()}});
    }
    detail["restart"] = config_.restart;
    detail["restarts"] = restarts_;
    if (previous_end_) {
        detail["previous_end"] = previous_end_->sentence;
        if (previous_end_->report)
            detail["previous_bug_check"] = nlohmann::json::parse(previous_end_->report->json, nullptr, false);
    }
    if (!stays_dead_.empty()) detail["stays_dead"] = stays_dead_;
    if (config_.options.cpu_limit) detail["cpu_limit"] = *config_.options.cpu_limit;
    if (config_.options.limit_memory) detail["memory_limit_mb"] = config_.options.memory_mb;
    if (end_) {
        detail["end"] = end_->sentence;
        if (end_->report)
            detail["bug_check"] = nlohmann::json::parse(end_->report->json, nullptr, false);
        detail["console"] = end_->console;
    }
    for (const char* spared : {"console", "previous_bug_check", "bug_check", ""}) {  // the least important first
        const std::string text = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        if (text.size() <= wire::kMaxTextBytes) return text;
        detail.erase(spared);
    }
    return "{}";
}

void Supervisor::stop(std::chrono::milliseconds grace) {
    if (state_ == wire::VmState::kDead) return finish_stop();
    const auto limit = std::chrono::steady_clock::now() + grace;
    const bool serves = state_ == wire::VmState::kRunning;
    if (state_ == wire::VmState::kStopping && limit >= stop_limit_) return;
    state_ = wire::VmState::kStopping;
    rings_->close();
    stop_limit_ = limit;
    if (stop_timer_) loop_->cancel(*std::exchange(stop_timer_, std::nullopt));
    if (grace.count() == 0 || (!serves && !shutdown_asked_)) return machine_->stop();
    shutdown_asked_ = true;
    control_->header().host_state.store(
        transport::HostState::kShutDown,
        std::memory_order_release);  // pairs with Station::on_bell()
    control_->ring_guest();
    stop_timer_ = loop_->after(grace, [this] {
        stop_timer_.reset();
        cut_stop();
    });
}

/// The guest says which driver it was just telling; it may lie.
void Supervisor::cut_stop() {
    read_log();
    std::string driver;
    for (const volatile char& c : control_->header().close_text) {
        const char letter = c;
        if (letter == 0 || driver.size() == kLongestDriverName) break;
        driver += letter > ' ' && letter < 127 ? letter : '?';
    }
    cut_short_ =
        driver.empty()
            ? "the VM did not shut down in time and was ended; its drivers may not all have been "
              "told"
            : driver + " was still busy shutting down and was ended; give it longer with --grace";
    log_.add({.level = 3, .source = "rsld", .text = cut_short_});
    machine_->stop();
}

void Supervisor::finish_stop() {
    stop_listening();  // who hears that we stopped may start a successor of the same name at once
    for (const auto& [session, sequence] : std::exchange(stopping_, {})) {
        session->send(sequence, wire::Stopped{static_cast<uint32_t>(cut_short_.size()), 0},
                      cut_short_);
    }
    if (const auto stopped = std::exchange(on_stopped, nullptr)) stopped();
}

void Supervisor::machine_ended(const vm::MachineEnd& end) {
    read_log();
    loop_->unwatch(control_->wake_fd());
    if (stop_timer_) loop_->cancel(*std::exchange(stop_timer_, std::nullopt));
    const bool wanted = state_ == wire::VmState::kStopping;
    state_ = wire::VmState::kDead;
    rings_->close();
    end_ = end;
    calls_->end();
    handover_->listen(0);
    rings_->fail_waiting(end.error());
    for (const auto& session : sessions_) session->vm_gone(end);
    if (const auto ended = std::exchange(on_end, nullptr)) ended(end);
    if (wanted) finish_stop();
}

}  // namespace rsl::supervisor
