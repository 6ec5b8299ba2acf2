// SPDX-License-Identifier: GPL-2.0-only
// One client's session: takes requests off its ring, makes NT calls of them, answers. Knows nothing
// of threads, doorbells and memory maps (crew.hpp, server/driver/); everything that comes from the
// client is copied once and checked. A client that breaks the protocol loses its session, and
// nothing else happens.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "server/engine/crew.hpp"
#include "server/engine/lending.hpp"
#include "server/engine/nt_calls.hpp"
#include "server/engine/object_lending.hpp"
#include "server/engine/reply_port.hpp"
#include "server/engine/slot.hpp"
#include "transport/ring/ends.hpp"
#include "transport/ring/spin_budget.hpp"

namespace rsl::server {

/// Why a session ended. `text` is for the log and for the client.
struct Ending {
    transport::CloseReason reason = transport::CloseReason::kNone;
    const char* text = "";
};

/// What the client said of itself.
struct Greeting {
    uint64_t request_id;
    uint32_t client_pid;
    uint32_t windows_process, windows_parent;  // 0: no Windows program
    uint32_t name_bytes;
    uint64_t arena_address;  // in the client's memory; 0: anywhere
    uint64_t peb32;          // in the client's memory; 0: no 32-bit program
    char16_t name[protocol::kMaxNameBytes / 2];
};

class Session {
  public:
    Session(const transport::ChannelView& channel, Crew& crew, NtCalls& calls);

    /// The first request, which has to be a hello; kNotFound when there is none yet.
    Result<Greeting> take_greeting();
    /// Answers it. With a failure status the session is over.
    void answer_greeting(const Greeting& greeting, int32_t status, uint64_t process_id);

    /// The life of each of the session's threads; the first one is counted by answer_greeting().
    void work();

    /// A call that returned STATUS_PENDING has finished. Any thread but the leader, PASSIVE_LEVEL.
    void complete(uint32_t slot, int32_t status, uint64_t information);
    /// The same at IRQL <= DISPATCH_LEVEL, unless there may be memory to give back, which takes a
    /// thread that can wait: then nothing has been done, and this is false. Of what ends after the session nobody hears.
    bool complete_at_once(uint32_t slot, int32_t status, uint64_t information);

    /// Ends the session from outside: the device goes, the VM stops.
    void end(transport::CloseReason reason, const char* text);
    /// Asks every unfinished request to end; again and again while threads stay.
    void cancel_everything();
    /// Frees what is left once the last thread has gone.
    void clean_up();
    bool ended() const { return ending_.load(std::memory_order_acquire); }
    Ending ending() const { return cause_; }

    struct Counters {
        std::atomic<uint64_t> requests, sleeps, bells;
    };
    const Counters& counters() const { return counters_; }
    Lending& lending() { return lending_; }
    ObjectLending& objects() { return objects_; }
    uint32_t threads() const { return threads_.load(std::memory_order_relaxed); }

  private:
    friend class Lending;
    friend class ObjectLending;
    friend class Question;
    enum class Next : uint8_t { kLeadOn, kLeadGiven };

    void lead();
    Next serve(const protocol::RequestEntry& entry);
    Next serve_in_lead(const protocol::RequestEntry& entry, Slot& slot);
    // call.cpp. call() and call_service() may block.
    Outcome call(const protocol::RequestEntry& entry, Slot& slot);
    Outcome call_service(const protocol::RequestEntry& entry);
    Outcome run_upload(const protocol::RequestEntry& entry);
    int32_t begin_commit(const protocol::RequestEntry& entry);
    Outcome cancel(const protocol::RequestEntry& entry);
    bool cancel_slot(Slot& slot);
    void settle(Slot& slot, const Outcome& outcome);
    void settle_inline(Slot& slot, const Outcome& outcome);  // compiled into its caller: the road of a request
    void answer(Slot& slot, int32_t status, uint64_t information, uint64_t value, uint64_t second = 0, uint64_t third = 0);
    void prepare_answer(Slot& slot, int32_t status, uint64_t information, uint64_t value, uint64_t second, uint64_t third);
    void ring_client();
    void end_with_broken_replies();
    void count_in(Slot& slot);
    void count_out(Slot& slot);
    void begin_memory(const protocol::RequestEntry& entry, Slot& slot);
    void return_memory(Slot& slot, NtCalls::Request request);
    void notify_pending(Slot& slot);
    void send(ReplyNode& node);
    void after_sending(SendOutcome outcome);
    void send_at_once(ReplyNode& node);
    void wait_for_work();
    bool spin_for_work(uint64_t& waited_ns);
    bool client_has_gone() const;
    bool has_work() const;
    void keep_a_follower();
    Result<Bytes> copy_in(protocol::ArenaSpan span, std::span<std::byte> to) const;
    void drop_upload();

    transport::ChannelView channel_;
    Crew& crew_;
    NtCalls& calls_;
    transport::SubmissionConsumer requests_;  // the leader's
    transport::SpinBudget budget_;            // the leader's
    SlotTable slots_;
    ReplyPort replies_;
    Lending lending_;
    ObjectLending objects_;
    Counters counters_{};

    /// A driver's image on its way in: the leader's, until kLoadCommit makes it committed_.
    struct Upload {
        uint32_t id = 0;  // 0: none
        uint32_t name_bytes = 0;
        std::byte* image = nullptr;
        uint64_t bytes = 0;
        std::byte name[protocol::kMaxNameBytes] = {};
    };
    Upload upload_;
    uint32_t next_upload_ = 1;
    Upload committed_;                   // of the thread that set loading_
    std::atomic<bool> loading_ = false;

    std::atomic<uint32_t> threads_ = 0;
    std::atomic<uint32_t> executing_ = 0;  // threads that have given the lead away and not come back
    std::atomic<bool> replies_broken_ = false;  // the leader has to end the session
    std::atomic<bool> ending_ = false;
    std::atomic<bool> cause_set_ = false;
    Ending cause_;
};

}  // namespace rsl::server
