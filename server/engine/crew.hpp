// SPDX-License-Identifier: GPL-2.0-only
// The threads of a session, as the engine sees them. One of them leads: it takes requests off the
// ring. Before it makes a call that may block it offers the lead, and another thread has it as soon
// as the first one really blocks, or burns the processor for long (docs/adr/0011-server-watchdog.md).
#pragma once

#include <cstdint>

namespace rsl::server {

enum class Lead : uint8_t { kTaken, kSessionEnded };

/// Who waits for an answer of the client's: one thread of each at a time.
enum class Asker : uint8_t { kMemory, kObjects };
inline constexpr uint32_t kAskers = 2;

class Crew {
  public:
    /// Waits until the lead is this thread's.
    virtual Lead take_lead() = 0;
    /// Lets another thread take the lead while this one makes the call of a request, which `slot` names:
    /// at once, when it blocks, or when it has taken long. The leader's.
    virtual void offer_lead(uint32_t slot) = 0;
    /// That call has returned.
    virtual void call_returned(uint32_t slot) = 0;
    /// Starts one more thread that runs Session::work(). False: none can be had.
    virtual bool add_worker() = 0;
    /// Makes every take_lead(), present and future, return kSessionEnded. Any thread.
    virtual void dismiss() = 0;

    /// Something to do: only looks, and may be asked anywhere.
    struct Reason {
        bool (*is_there)(const void* context);
        const void* context;
        bool operator()() const { return is_there(context); }
    };
    /// Sleeps until the client rings or wake() is called; or, as it may look for itself, while there is no reason not to.
    /// The leader's.
    virtual void sleep(const Reason& reason) = 0;
    /// Ends a sleep(), this one or the next.
    virtual void wake() = 0;
    /// Rings the client.
    virtual void ring_client() = 0;
    /// Waits until wake_asker() was called, since the last wait or now; false when time is up. <= APC_LEVEL.
    virtual bool await_answer(Asker asker, uint32_t timeout_ms) = 0;
    virtual void wake_asker(Asker asker) = 0;
    /// Lets other threads of the same priority run.
    virtual void yield() = 0;
    virtual uint64_t now_ns() = 0;

  protected:
    ~Crew() = default;
};

}  // namespace rsl::server
