// SPDX-License-Identifier: GPL-2.0-only
// For tests: a session's threads as host threads. Where the VM gives the lead away when a thread
// blocks, this crew gives it away at once: a stricter test of the engine.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "server/engine/crew.hpp"

namespace rsl::server {

class HostedCrew final : public Crew {
  public:
    std::function<void()> work;         // Session::work
    std::function<void()> on_ring;      // the client's bell
    uint32_t most_threads = 64;

    ~HostedCrew() { join(); }
    void join() {
        for (;;) {
            std::vector<std::thread> threads;
            {
                std::lock_guard guard{mutex_};
                threads.swap(threads_);
            }
            if (threads.empty()) return;
            for (auto& thread : threads) thread.join();
        }
    }

    Lead take_lead() override {
        std::unique_lock lock{mutex_};
        offered_.wait(lock, [&] { return lead_free_ || dismissed_; });
        if (dismissed_) return Lead::kSessionEnded;
        lead_free_ = false;
        return Lead::kTaken;
    }
    void call_returned(uint32_t) override {}
    void offer_lead(uint32_t) override {
        std::lock_guard guard{mutex_};
        lead_free_ = true;
        offered_.notify_one();
    }
    bool add_worker() override {
        std::lock_guard guard{mutex_};
        if (dismissed_ || started_ == most_threads) return false;
        ++started_;
        threads_.emplace_back([this] { work(); });
        return true;
    }
    void dismiss() override {
        std::lock_guard guard{mutex_};
        dismissed_ = true;
        offered_.notify_all();
    }
    void sleep(const Reason&) override {
        std::unique_lock lock{mutex_};
        rung_.wait(lock, [&] { return bell_; });
        bell_ = false;
    }
    void wake() override {
        std::lock_guard guard{mutex_};
        bell_ = true;
        rung_.notify_all();
    }
    bool await_answer(Asker asker, uint32_t timeout_ms) override {
        std::unique_lock lock{mutex_};
        bool& answered = answered_[static_cast<size_t>(asker)];
        const bool came = answers_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return answered; });
        answered = false;
        return came;
    }
    void wake_asker(Asker asker) override {
        std::lock_guard guard{mutex_};
        answered_[static_cast<size_t>(asker)] = true;
        answers_.notify_all();
    }
    void ring_client() override { on_ring(); }
    void yield() override { std::this_thread::yield(); }
    uint64_t now_ns() override {
        return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    }
    uint32_t started() {
        std::lock_guard guard{mutex_};
        return started_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable offered_, rung_, answers_;
    std::vector<std::thread> threads_;
    uint32_t started_ = 0;
    bool lead_free_ = true;
    bool dismissed_ = false;
    bool bell_ = false;
    bool answered_[kAskers] = {};
};

}  // namespace rsl::server
