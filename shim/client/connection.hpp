// SPDX-License-Identifier: GPL-2.0-only
// One ring, shared by all threads of the application. One thread at a time leads: it takes replies
// off the ring and hands them out; threads that wait meanwhile sleep and are promoted when the leader
// leaves. A leader that would sleep gives the lead away and listens for the bell instead. A thread
// alone pays for none of that. docs/adr/0004-rings.md.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"
#include "shim/api/rsl.h"
#include "shim/client/arena.hpp"
#include "protocol/message/session.hpp"
#include "shim/client/lender.hpp"
#include "shim/client/loans.hpp"
#include "shim/client/object_lender.hpp"
#include "shim/client/pending.hpp"
#include "transport/link/channel.hpp"
#include "transport/ring/spin_budget.hpp"

namespace rsl::client {

enum class AliveKind : uint8_t {
    kAny,         // readable or hung up: the VM has ended
    kSupervisor,  // rsld's socket: it says why, then hangs up
};

/// Whether drivers see the program's own memory, or copies of the buffers that it passes.
enum class Memory : uint8_t { kKept, kLent };

struct ConnectionParts {
    transport::ChannelFds fds;
    UniqueFd alive;  // may be none
    AliveKind alive_kind = AliveKind::kAny;
    std::string program;
    uint32_t windows_process = 0, windows_parent = 0;  // as protocol::Hello has them
    uint64_t peb32 = 0;
    uint32_t spin_limit_us = 0;  // 0: the channel's own
    uint32_t timeout_ms = 10'000;
    Memory memory = Memory::kLent;
    OwnObjects* objects = nullptr;  // what the VM may ask for, as long as the connection lives
};

class Connection {
  public:
    /// Greets the VM and waits for its answer.
    static HostResult<std::unique_ptr<Connection>> open(ConnectionParts parts);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends a request and waits for its end.
    template <protocol::RequestBody Body>
    Reply call(protocol::MessageId message, uint32_t handle, const Body& body,
               PendingTable::Use use = PendingTable::Use::kOrdinary) {
        return call_entry(protocol::encode(0, message, handle, body), use);
    }
    Reply call_entry(protocol::RequestEntry entry, PendingTable::Use use) { return await(begin(entry, use)); }
    /// The two halves of that, for a caller that has something to do meanwhile. Each begin() needs its await().
    enum class Rang : uint8_t { kNo, kYes };
    struct Sent {
        Pending* pending;  // nullptr: the connection has ended
        Rang rang;
        uint64_t id;
    };
    Sent begin(protocol::RequestEntry entry, PendingTable::Use use);
    Reply await(const Sent& sent);
    /// Sends a request and waits for its end, or until the driver keeps it: then there is no reply yet, and the
    /// continuation runs in dispatch() when it is done. `entry` needs kNotifyPending.
    struct Outcome {
        std::optional<Reply> reply;
        uint64_t id;
    };
    Outcome call_or_pend(protocol::RequestEntry entry, Continuation continuation);
    /// Sends a request; the continuation runs in dispatch(). The id, or a failed status.
    struct Started {
        int32_t status;
        uint64_t id;
    };
    Started start(protocol::RequestEntry entry, Continuation continuation);

    /// Runs the continuations of what is done; waits for the first. -1: ended, nothing left.
    int dispatch(int timeout_ms);
    /// A descriptor that is readable when dispatch() has something to do.
    int poll_fd() const { return poll_fd_.get(); }
    /// dispatch() in a thread of our own, until the connection goes.
    void start_thread();

    /// Waits until the control ring has a log record, the connection ends (false) or time is up.
    enum class LogWait : uint8_t { kRecord, kTimeout, kEnded };
    LogWait wait_for_log(int timeout_ms);
    const transport::ChannelView& channel() const { return channel_; }

    Arena& arena() { return arena_; }
    /// Whether addresses of ours mean something to the VM.
    bool lends() const { return lends_; }
    Loans& loans() { return loans_; }
    uint32_t process_id() const { return process_id_; }
    /// Why it ended; empty while it is up.
    std::string ending() const;
    const char* ending_text() const;

  private:
    static constexpr Reply kDisconnected{RSL_STATUS_DISCONNECTED, 0, {}};
    static constexpr int kLookAgainMs = 500;  // how long at most until the end of a VM is noticed

    Connection(ConnectionParts parts, transport::Mapping mapping, transport::ChannelView channel);
    HostResult<void> prepare();
    HostResult<void> greet(const std::string& program, protocol::Hello hello, uint32_t timeout_ms);

    enum class Waiting : uint8_t { kToTheEnd, kUntilItPends, kNot };
    Sent send(protocol::RequestEntry& entry, PendingTable::Use use, Waiting waiting, Continuation* continuation);
    Sent send_for_certain(protocol::RequestEntry& entry, PendingTable::Use use, Waiting waiting, Continuation* continuation);

    static uint64_t spin_limit_ns(const transport::ChannelView& channel, const ConnectionParts& parts);

    // Waiting and the lead: connection_wait.cpp.
    struct Wait {
        Rang rang;                       // the VM had to be woken
        bool leaves_to_callers = false;  // ends when a thread with a call of its own wants the lead
        uint64_t spun_ns = 0;            // in vain
    };
    void wait_for(Pending& pending, Rang rang);
    void follow(Pending& pending);
    bool spin(Wait& wait);
    bool rest(Pending& pending, const Wait& wait);
    void learn(const Wait& wait, uint64_t slept_ns);

    bool try_lead();
    void leave_lead();
    bool drain();
    void deliver(const protocol::ReplyEntry& reply);
    void let_pend(Pending& pending);
    void lend(const protocol::ReplyEntry& question);
    void lend_object(const protocol::ReplyEntry& question);
    void send_answer(const protocol::RequestEntry& answer);
    enum class Watch : uint8_t { kReplies, kLogToo };
    void block(int timeout_ms, int extra_fd, Watch watch = Watch::kReplies);
    void look_around(bool bell, bool supervisor);
    void announce();
    void retract();
    bool log_has_record() const;
    uint64_t listen(int timeout_ms);
    void poll_as_other(int own_fd, int timeout_ms) const;
    void promote_follower();
    void disconnect(std::string why);
    void look_at_supervisor();

    // Handing answers out: connection_dispatch.cpp.
    void finish(Pending& pending, const Reply& reply);
    void append_ready_locked(Pending& pending);
    int run_ready();

    transport::ChannelFds fds_;
    UniqueFd alive_;
    AliveKind alive_kind_;
    transport::Mapping mapping_;
    transport::ChannelView channel_;
    Arena arena_;
    Loans loans_;
    Lender lender_;  // the leader's, as is the next one
    ObjectLender object_lender_;
    bool lends_ = false;
    UniqueFd poll_fd_, ready_event_, log_event_;
    uint32_t process_id_ = 0;

    std::mutex submit_mutex_;
    transport::SubmissionProducer submissions_;  // under submit_mutex_
    PendingTable table_;                         // take() under submit_mutex_

    std::atomic<bool> led_ = false;
    transport::CompletionConsumer completions_;  // the leader's
    transport::SpinBudget budget_;               // the leader's
    transport::WakeBudget wake_budget_;          // the leader's
    bool announced_ = false;                     // the leader's: what it last said in host_asleep
    std::atomic<uint32_t> followers_ = 0;
    std::mutex followers_mutex_;
    std::vector<Pending*> following_;            // under followers_mutex_

    std::atomic<uint32_t> asynchronous_ = 0;     // outstanding or ready; and one for objects that were lent
    std::atomic<bool> log_waiting_ = false;
    std::atomic<uint32_t> listening_ = 0;        // threads that wait for the bell without leading
    std::atomic<bool> caller_listens_ = false;   // one of them has a call of its own under way. Set by leaders only
    std::mutex ready_mutex_;
    Pending* ready_head_ = nullptr;              // under ready_mutex_, oldest first, as is interim_due
    Pending* ready_tail_ = nullptr;

    std::atomic<bool> dead_ = false;
    mutable std::mutex ending_mutex_;
    std::string ending_;                         // set once, before dead_
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace rsl::client
