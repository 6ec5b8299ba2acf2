// SPDX-License-Identifier: GPL-2.0-only
// For guest tests: a system thread that runs a callable, and times.
#pragma once

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "base/testing/test.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::testing {

/// Runs `body` in a thread of its own; the destructor waits for its end. The body outlives it.
class TestThread {
  public:
    template <typename Body>
    explicit TestThread(Body& body) {
        auto made = ps::create_thread(ps::system_process(), [](void* context) NTAPI {
            (*static_cast<Body*>(context))();
        }, &body, KernelMode);
        RSL_CHECK(made);
        thread_ = std::move(*made);
    }
    ~TestThread() { join(); }
    TestThread(const TestThread&) = delete;
    TestThread& operator=(const TestThread&) = delete;

    void join() {
        if (!thread_) return;
        ke::wait_one(thread_->header, ke::Deadline::never());
        thread_ = nullptr;
    }
    PKTHREAD nt() const { return ke::nt(*thread_); }
    ps::Thread& operator*() const { return *thread_; }
    bool has_ended() const { return thread_->header.SignalState != 0; }
    /// Returns when the thread waits (for a reason that is not the start of its body).
    void await_waiting() const {
        while (static_cast<volatile ke::ThreadState&>(thread_->state) != ke::ThreadState::kWaiting) {
            LARGE_INTEGER soon = relative_us(100);
            KeDelayExecutionThread(KernelMode, FALSE, &soon);
        }
    }
    static LARGE_INTEGER relative_us(int64_t us) {
        LARGE_INTEGER time;
        time.QuadPart = -10 * us;
        return time;
    }

  private:
    Ref<ps::Thread> thread_;
};

inline LARGE_INTEGER in_ms(int64_t ms) { return TestThread::relative_us(1000 * ms); }
inline LARGE_INTEGER at_once() { return {}; }

/// Looks every 100 microseconds. A test that hangs here is ended by the test run's own limit.
template <typename Condition>
void sleep_until(Condition&& condition) {
    while (!condition()) {
        LARGE_INTEGER soon = TestThread::relative_us(100);
        KeDelayExecutionThread(KernelMode, FALSE, &soon);
    }
}

inline NTSTATUS wait_for(void* object, LARGE_INTEGER timeout) {
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}
inline NTSTATUS poll(void* object) { return wait_for(object, at_once()); }

}  // namespace rsl::testing
