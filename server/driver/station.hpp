// SPDX-License-Identifier: GPL-2.0-only
// One doorbell device and the sessions that it serves, one after the other. A system thread of its
// own, the keeper, waits for a client's hello, makes the client's process, passes on what drivers
// finish, and tidies up when the session ends.
//
//     waiting ── hello ─▶ serving ── goodbye, violation, host gone ─▶ closed ── generation ─▶ waiting
//        └───────────────────┴──────────── device removed ─────────────┴───────▶ ended
#pragma once

#include <atomic>

#include "server/driver/kernel_crew.hpp"
#include "server/driver/log_pipe.hpp"
#include "server/driver/nt.hpp"
#include "server/driver/real_nt.hpp"
#include "server/engine/session.hpp"

namespace rsl::server {

class Station {
  public:
    /// Takes the device in hand; nullptr when its memory is no channel or resources lack.
    static Station* open(RSL_DOORBELL& doorbell);
    /// Ends what there is and waits for it; the device may go when this returns.
    void close();
    /// The first half of that: asks for the end. The keeper, referenced, is there until it has come.
    PETHREAD begin_close();
    bool is_control() const { return channel_.kind() == transport::ChannelKind::kControl; }

    Station(RSL_DOORBELL& doorbell, const transport::ChannelView& channel);  // for open() alone

  private:
    /// What exists only while a client is served.
    struct Served {
        KernelCrew crew;
        uint64_t place;  // in completions.hpp
        RealNt calls;
        Session session;
        PEPROCESS process = nullptr;
        HANDLE port;  // the station's
        Served(Station& station, const KernelCrew::Duties& duties);
        Served(const Served&) = delete;
        Served& operator=(const Served&) = delete;
        ~Served();
    };

    NTSTATUS start();
    static VOID NTAPI on_interrupt(PVOID context, ULONG vector);
    static VOID NTAPI on_listeners(PVOID context, ULONG listeners);
    static NTSTATUS find_process(const Greeting& greeting, PEPROCESS& process);
    static VOID NTAPI on_bell(struct _KDPC* dpc, PVOID context, PVOID, PVOID);
    static VOID NTAPI on_termination(PVOID context);
    static VOID NTAPI run_keeper(PVOID context);

    void keep();
    enum class Came : uint8_t { kHello, kNobody };
    Came wait_for_hello();
    void wait_for_next_client(uint32_t generation);
    void serve();
    Ending serve_client(Served& served);
    NTSTATUS make_process(Served& served, const Greeting& greeting);
    void deliver_completions(Session& session);
    void dissolve(Served& served);
    void show_crew(KernelCrew* crew);
    void close_channel(const Ending& ending);
    void ring_host() { doorbell_.Registers[3] = 1u << 16; }
    void wait_for_bell() { KeWaitForSingleObject(&bell_, Executive, KernelMode, FALSE, nullptr); }
    bool stopping() const { return stopping_.load(std::memory_order_acquire); }

    RSL_DOORBELL& doorbell_;
    transport::ChannelView channel_;
    LogPipe log_;
    KDPC dpc_;
    KEVENT bell_;                  // the keeper's, while no session waits for the client
    KSPIN_LOCK crew_lock_ = 0;
    KernelCrew* crew_ = nullptr;   // under crew_lock_: whose bell the interrupt rings
    std::atomic<PKTHREAD> halting_leader_ = nullptr;  // looks at the ring after every interrupt
    std::atomic<bool> stopping_ = false;
    HANDLE port_ = nullptr;        // where finished requests arrive, and kEndKey
    PETHREAD keeper_ = nullptr;
};

}  // namespace rsl::server
