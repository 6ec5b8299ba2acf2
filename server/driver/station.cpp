// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/station.hpp"

#include "server/driver/completions.hpp"
#include "server/driver/lender.hpp"
#include "server/driver/shutdown.hpp"

namespace rsl::server {

using transport::CloseReason;
using transport::GuestState;
using transport::HostState;

namespace {

// How long a session's threads get before cancelling again: what one of them waited for may only just
// have been cancelled, and the next has begun to wait for the same. After a second, more seldom.
constexpr int64_t kPatienceMs = 5, kLongPatienceMs = 200;
constexpr uint32_t kImpatientRounds = 200;
constexpr uint32_t kRoundsToReport = kImpatientRounds + 50;
const PVOID kEndKey = reinterpret_cast<PVOID>(uintptr_t{1});  // the session is over, or the device goes

const char* text_of(Status refusal) {
    if (refusal == Status::kNotSupported) return "the client speaks another version of the protocol";
    return "the client's first request was no hello";
}

}  // namespace

// ---- The device

Station* Station::open(RSL_DOORBELL& doorbell) {
    const auto channel = transport::ChannelView::of(doorbell.KernelMapping, doorbell.MemoryBytes);
    if (!channel) {
        DbgPrint("rslserver: the memory of a doorbell device is no ring of this version; left alone\n");
        return nullptr;
    }
    Station* station = make<Station>(doorbell, *channel);
    if (station == nullptr) return nullptr;
    if (const NTSTATUS status = station->start(); status < 0) {
        DbgPrint("rslserver: cannot serve a doorbell device: status 0x%08x\n", status);
        if (station->port_ != nullptr) ZwClose(station->port_);
        unmake(station);
        return nullptr;
    }
    return station;
}

Station::Station(RSL_DOORBELL& doorbell, const transport::ChannelView& channel)
    : doorbell_(doorbell), channel_(channel), log_(doorbell, channel) {
    KeInitializeDpc(&dpc_, &Station::on_bell, this);
    KeInitializeEvent(&bell_, SynchronizationEvent, FALSE);
}

NTSTATUS Station::start() {
    OBJECT_ATTRIBUTES unnamed = {sizeof(unnamed), nullptr, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr};
    NTSTATUS status = ZwCreateIoCompletion(&port_, IO_COMPLETION_ALL_ACCESS, &unnamed, 0);
    if (status < 0) return status;
    status = RslConnectDoorbell(&doorbell_, &Station::on_interrupt, this);
    if (status < 0) return status;
    HANDLE thread = nullptr;
    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &unnamed, nullptr, nullptr, &Station::run_keeper, this);
    if (status < 0) {
        RslDisconnectDoorbell(&doorbell_);
        return status;
    }
    status = ObReferenceObjectByHandle(thread, SYNCHRONIZE, *RslImportedThreadType, KernelMode,
                                       reinterpret_cast<PVOID*>(&keeper_), nullptr);
    ZwClose(thread);
    if (!is_control()) return status;
    log_.open();
    RslWatchListeners(&Station::on_listeners, this);  // the control ring stays as long as the VM
    return status;
}

PETHREAD Station::begin_close() {
    stopping_.store(true, std::memory_order_release);  // pairs with stopping()
    ZwSetIoCompletion(port_, kEndKey, nullptr, STATUS_SUCCESS, 0);
    KeSetEvent(&bell_, IO_NO_INCREMENT, FALSE);
    ObfReferenceObject(keeper_);
    return keeper_;
}

void Station::close() {
    ObDereferenceObject(begin_close());
    KeWaitForSingleObject(keeper_, Executive, KernelMode, FALSE, nullptr);
    ObDereferenceObject(keeper_);
    if (is_control()) log_.close();
    RslDisconnectDoorbell(&doorbell_);
    KeRemoveQueueDpc(&dpc_);
    KeFlushQueuedDpcs();
    ZwClose(port_);
    unmake(this);
}

VOID NTAPI Station::on_listeners(PVOID context, ULONG listeners) {
    auto& station = *static_cast<Station*>(context);
    station.channel_.header().listeners.store(listeners, std::memory_order_release);  // pairs with on_control_bell()
    station.ring_host();
}

VOID NTAPI Station::on_interrupt(PVOID context, ULONG) {
    auto& station = *static_cast<Station*>(context);
    const bool is_seen = station.halting_leader_.load(std::memory_order_relaxed) == KeGetCurrentThread();
    if (is_seen && !station.is_control()) return;  // pairs with KernelCrew::halt(), on the same processor
    KeInsertQueueDpc(&station.dpc_, nullptr, nullptr);
}

VOID NTAPI Station::on_bell(struct _KDPC*, PVOID context, PVOID, PVOID) {
    auto& station = *static_cast<Station*>(context);
    transport::ChannelHeader& header = station.channel_.header();
    // Pairs with Supervisor::stop().
    if (station.is_control() && header.host_state.load(std::memory_order_acquire) == HostState::kShutDown) {
        request_shutdown(header);
    }
    KeAcquireSpinLockAtDpcLevel(&station.crew_lock_);
    if (station.crew_ != nullptr) {
        station.crew_->wake();
    } else {
        KeSetEvent(&station.bell_, EVENT_INCREMENT, FALSE);
    }
    KeReleaseSpinLockFromDpcLevel(&station.crew_lock_);
}

void Station::show_crew(KernelCrew* crew) {
    const KIRQL old = KeAcquireSpinLockRaiseToDpc(&crew_lock_);
    crew_ = crew;
    KeReleaseSpinLock(&crew_lock_, old);
    if (crew != nullptr) crew->wake();  // a bell that rang just before is not lost
}

// ---- The keeper

VOID NTAPI Station::run_keeper(PVOID context) {
    static_cast<Station*>(context)->keep();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

void Station::keep() {
    transport::ChannelHeader& header = channel_.header();
    if (is_control()) header.boot_ns.store(now_ns(), std::memory_order_relaxed);
    while (!stopping()) {
        const uint32_t generation = header.generation.load(std::memory_order_acquire);  // recycle()
        header.guest_state.store(GuestState::kWaiting, std::memory_order_release);
        ring_host();
        if (wait_for_hello() == Came::kHello) serve();
        wait_for_next_client(generation);
    }
}

Station::Came Station::wait_for_hello() {
    transport::ChannelHeader& header = channel_.header();
    const auto here = [&] { return header.submission.tail.load(std::memory_order_seq_cst) != 0; };
    while (!here()) {
        header.guest_asleep.store(1, std::memory_order_seq_cst);  // pairs with the client's must_ring()
        if (header.host_state.load(std::memory_order_acquire) == HostState::kGone) {
            close_channel({CloseReason::kClientLeft, "the client left before it said hello"});
            return Came::kNobody;
        }
        if (!here()) wait_for_bell();
        if (stopping()) {
            close_channel({CloseReason::kShutdown, "the VM took the device away"});
            return Came::kNobody;
        }
    }
    header.guest_asleep.store(0, std::memory_order_relaxed);
    return Came::kHello;
}

void Station::wait_for_next_client(uint32_t generation) {
    while (!stopping() && channel_.header().generation.load(std::memory_order_acquire) == generation) {
        wait_for_bell();  // recycle() rings
    }
}

Station::Served::Served(Station& station, const KernelCrew::Duties& duties)
    : crew(station.doorbell_, duties, station.halting_leader_), place(completions::join(station.port_)), calls(station.channel_, place),
      session(station.channel_, crew, calls),
      port(station.port_) {}

Station::Served::~Served() { completions::leave(place); }

/// A driver ended the client's process: any thread of the VM.
VOID NTAPI Station::on_termination(PVOID context) {
    auto& served = *static_cast<Served*>(context);
    served.session.end(CloseReason::kTerminated, "a driver ended this process");
    ZwSetIoCompletion(served.port, kEndKey, nullptr, STATUS_SUCCESS, 0);
}

void Station::serve() {
    struct Context {
        Session* session;
        HANDLE port;
    } context{nullptr, port_};
    const KernelCrew::Duties duties{
        [](void* mine) { static_cast<Context*>(mine)->session->work(); },
        [](void* mine) {
            ZwSetIoCompletion(static_cast<Context*>(mine)->port, kEndKey, nullptr, STATUS_SUCCESS, 0);
        },
        &context};
    Served* served = make<Served>(*this, duties);
    if (served == nullptr) {
        return close_channel({CloseReason::kResources, "the VM has no memory left for another client"});
    }
    context.session = &served->session;
    const Ending ending = serve_client(*served);
    dissolve(*served);
    unmake(served);
    close_channel(ending);
}

Ending Station::serve_client(Served& served) {
    const auto greeting = served.session.take_greeting();
    if (!greeting) return {CloseReason::kViolation, text_of(greeting.failure())};
    if (served.place == completions::kNoPlace) return {CloseReason::kResources, "the VM serves no more clients at once"};
    if (const NTSTATUS status = make_process(served, *greeting); status < 0) {
        served.session.answer_greeting(*greeting, status, 0);
        return {CloseReason::kResources, "the VM could not make a process for the client"};
    }
    served.session.answer_greeting(*greeting, STATUS_SUCCESS,
                                   reinterpret_cast<uint64_t>(PsGetProcessId(served.process)));
    channel_.header().guest_state.store(GuestState::kServing, std::memory_order_release);
    show_crew(&served.crew);
    completions::tell_at_once(served.place, served.session);
    if (served.crew.add_worker()) {
        deliver_completions(served.session);
    } else {
        served.session.end(CloseReason::kResources, "the VM has no memory left for another thread");
    }
    if (!served.session.ended()) served.session.end(CloseReason::kShutdown, "the VM took the device away");
    const Ending ending = served.session.ending();
    if (ending.reason == CloseReason::kViolation || ending.reason == CloseReason::kResources) {
        DbgPrint("rslserver: client %u lost its connection: %s\n", greeting->client_pid, ending.text);
    }
    return ending;
}

/// A Windows program is the process that it was announced as; or one that was there before any driver cared.
NTSTATUS Station::find_process(const Greeting& greeting, PEPROCESS& process) {
    const UNICODE_STRING name = {static_cast<USHORT>(greeting.name_bytes), static_cast<USHORT>(greeting.name_bytes),
                                 const_cast<PWSTR>(greeting.name)};
    if (greeting.windows_process != 0) {
        const auto id = reinterpret_cast<HANDLE>(uintptr_t{greeting.windows_process});
        if (PsLookupProcessByProcessId(id, &process) >= 0) return STATUS_SUCCESS;
        const RSL_CLIENT_PROCESS wanted{.ProcessId = greeting.windows_process, .ParentProcessId = greeting.windows_parent,
                                        .Creator = {}, .ClientPid = greeting.client_pid, .Image = name,
                                        .CommandLine = {}, .Told = FALSE};
        if (RslCreateProcess(&wanted, &process) >= 0) return STATUS_SUCCESS;
    }
    return RslCreateClientProcess(&name, greeting.client_pid, &process);
}

NTSTATUS Station::make_process(Served& served, const Greeting& greeting) {
    NTSTATUS status = find_process(greeting, served.process);
    if (status < 0) return status;
    RslOnTermination(served.process, &Station::on_termination, &served);
    if (greeting.peb32 != 0) RslSetWow64Process(served.process, greeting.peb32);
    served.crew.set_process(served.process);
    const RSL_LENDER lender = lender_of(served.session);
    if (served.session.lending().is_open()) status = RslBorrowClientMemory(served.process, &lender);
    if (status < 0) return status;
    const RSL_OBJECT_LENDER objects = object_lender_of(served.session);
    if (served.session.objects().is_open()) status = RslBorrowClientObjects(served.process, &objects);
    if (status < 0) return status;
    return served.calls.prepare(served.process, doorbell_, greeting.arena_address);
}

/// What drivers finish after they kept it, until the session ends.
void Station::deliver_completions(Session& session) {
    for (;;) {
        PVOID key = nullptr, context = nullptr;
        IO_STATUS_BLOCK outcome{};
        const NTSTATUS status = ZwRemoveIoCompletion(port_, &key, &context, &outcome, nullptr);
        if (status != STATUS_SUCCESS) continue;
        if (key == kEndKey) return;
        const uint64_t slot = reinterpret_cast<uint64_t>(context) - 1;
        if (slot < kSlots) session.complete(static_cast<uint32_t>(slot), outcome.Status, outcome.Information);
    }
}

/// Takes everything of a client out of the VM: its requests, threads, handles, memory.
void Station::dissolve(Served& served) {
    if (served.process == nullptr) return;
    for (uint32_t round = 0;; ++round) {
        KAPC_STATE attached;
        KeStackAttachProcess(served.process, &attached);  // handles mean the client's now
        served.session.cancel_everything();
        KeUnstackDetachProcess(&attached);
        served.crew.cancel_blocked_calls();
        if (served.crew.wait_for_threads(round < kImpatientRounds ? kPatienceMs : kLongPatienceMs)) break;
        if (round == kRoundsToReport) {
            DbgPrint("rslserver: a driver does not finish a request of a client that left\n");
        }
    }
    show_crew(nullptr);
    completions::leave(served.place);  // before the port is emptied for the next one
    served.session.clean_up();
    PVOID key, cookie;
    IO_STATUS_BLOCK outcome;
    LARGE_INTEGER at_once{};
    while (ZwRemoveIoCompletion(port_, &key, &cookie, &outcome, &at_once) == STATUS_SUCCESS) {
    }
    RslBorrowClientMemory(served.process, nullptr);  // a driver's thread may be in it still
    RslBorrowClientObjects(served.process, nullptr);
    RslTerminateClientProcess(served.process, STATUS_SUCCESS);
    ObDereferenceObject(served.process);
}

void Station::close_channel(const Ending& ending) {
    transport::ChannelHeader& header = channel_.header();
    size_t length = 0;
    for (; length + 1 < sizeof(header.close_text) && ending.text[length] != '\0'; ++length) {
        header.close_text[length] = ending.text[length];
    }
    header.close_text[length] = '\0';
    header.close_reason.store(ending.reason, std::memory_order_relaxed);
    header.guest_state.store(GuestState::kClosed, std::memory_order_release);  // pairs with Connection::block
    ring_host();
}

}  // namespace rsl::server
