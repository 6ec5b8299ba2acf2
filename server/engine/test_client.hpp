// SPDX-License-Identifier: GPL-2.0-only
// For tests: a session in plain memory, and a client that may be as wicked as the test likes.
#pragma once

#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "server/engine/fake_nt.hpp"
#include "server/engine/hosted_crew.hpp"
#include "server/engine/session.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::server {

class TestClient {
  public:
    explicit TestClient(uint32_t spin_us = 0)
        : memory_(static_cast<std::byte*>(std::aligned_alloc(4096, kBytes))) {
        std::memset(memory_.get(), 0, kBytes);
        transport::initialize_channel(memory_.get(), transport::ChannelKind::kClient, kBytes, spin_us);
        channel_.emplace(*transport::ChannelView::of(memory_.get(), kBytes));
        producer_.emplace(channel_->submission_producer());
        consumer_.emplace(channel_->completion_consumer());
        nt.arena = channel_->arena();
        nt.complete = [this](uint32_t slot, int32_t status, uint64_t information) {
            if (!session->complete_at_once(slot, status, information)) session->complete(slot, status, information);
        };
        crew.on_ring = [this] {
            std::lock_guard guard{mutex_};
            rung_ = true;
            bell_.notify_all();
        };
        crew.work = [this] { session->work(); };
        session = std::make_unique<Session>(*channel_, crew, nt);
    }
    ~TestClient() { stop(); }

    /// Says hello and starts the first thread.
    bool begin() {
        send(1, protocol::MessageId::kHello, 0, protocol::Hello{.version = protocol::kVersion, .lending = window}, hello_flags);
        auto greeting = session->take_greeting();
        if (!greeting) return false;
        session->answer_greeting(*greeting, 0, 1234);
        crew.add_worker();
        return receive().request_id == 1;
    }
    void stop() {
        session->end(transport::CloseReason::kShutdown, "the test is over");
        session->cancel_everything();
        nt.cancel_for_ever();  // what was just about to block
        crew.join();
        nt.join();
        session->clean_up();
    }

    template <typename Body>
    void send(uint64_t id, protocol::MessageId message, uint32_t handle, const Body& body, uint16_t flags = 0) {
        send_raw(protocol::encode(id, message, handle, body, flags));
    }
    void send_raw(const protocol::RequestEntry& entry) {
        while (*producer_->push(std::bit_cast<transport::RawEntry>(entry)) == transport::PushOutcome::kFull) {
            std::this_thread::yield();
        }
        if (transport::must_ring(channel_->header().guest_asleep)) crew.wake();
    }
    /// The next reply; request_id 0 when the session ended instead, or none came in ten seconds.
    protocol::ReplyEntry receive() {
        for (int patience = 0; patience < 1000; ++patience) {
            if (const auto raw = consumer_->pop(); raw && raw->has_value()) {
                return std::bit_cast<protocol::ReplyEntry>(**raw);
            }
            if (session->ended()) return {};
            transport::announce_sleep(channel_->header().host_asleep);
            if (consumer_->has_entry()) continue;
            std::unique_lock lock{mutex_};
            bell_.wait_for(lock, std::chrono::milliseconds(10), [&] { return rung_; });
            rung_ = false;
        }
        return {};
    }
    uint32_t open() {
        const std::u16string path = u"\\??\\Echo";
        std::memcpy(channel_->arena().data(), path.data(), path.size() * 2);
        send(2, protocol::MessageId::kOpen, 0,
             protocol::Open{.path = {0, static_cast<uint32_t>(path.size() * 2)}});
        return static_cast<uint32_t>(receive().values[0]);
    }
    transport::ChannelView& channel() { return *channel_; }

    protocol::ArenaSpan window{};  // before begin(): where it lends its memory
    uint16_t hello_flags = 0;
    HostedCrew crew;
    FakeNt nt;
    std::unique_ptr<Session> session;

  private:
    static constexpr uint64_t kBytes = transport::kMinChannelBytes;
    struct Freed {
        void operator()(std::byte* memory) const { std::free(memory); }
    };
    std::unique_ptr<std::byte, Freed> memory_;
    std::optional<transport::ChannelView> channel_;
    std::optional<transport::SubmissionProducer> producer_;
    std::optional<transport::CompletionConsumer> consumer_;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
};

}  // namespace rsl::server
