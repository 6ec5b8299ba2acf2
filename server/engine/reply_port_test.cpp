// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/reply_port.hpp"

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "base/testing/test.hpp"

namespace rsl::server {
namespace {

/// A client's channel with nothing in it.
struct Fixture {
    static constexpr uint64_t kBytes = transport::kMinChannelBytes;
    static transport::ChannelView make(void* memory) {
        std::memset(memory, 0, kBytes);
        transport::initialize_channel(memory, transport::ChannelKind::kClient, kBytes, 0);
        return *transport::ChannelView::of(memory, kBytes);
    }
    std::unique_ptr<void, decltype(&std::free)> memory{std::aligned_alloc(4096, kBytes), &std::free};
    transport::ChannelView channel = make(memory.get());
    std::unique_ptr<SlotTable> slots = std::make_unique<SlotTable>();
    ReplyPort port{channel, *slots};
};

RSL_TEST(ReplyPort, ManySendersLoseAndReorderNothing) {
    Fixture fixture;
    ReplyPort& port = fixture.port;
    auto consumer = fixture.channel.completion_consumer();

    constexpr uint32_t kThreads = 4, kEach = 2000;
    std::vector<std::thread> senders;
    std::atomic<uint32_t> in_flight = 0;
    for (uint32_t t = 0; t < kThreads; ++t) {
        senders.emplace_back([&, t] {
            std::vector<std::unique_ptr<ReplyNode>> nodes;
            for (uint64_t i = 0; i < kEach; ++i) {
                while (in_flight.load() > 500) std::this_thread::yield();
                in_flight.fetch_add(1);
                nodes.push_back(std::make_unique<ReplyNode>());
                nodes.back()->entry = {.request_id = t, .information = i};
                (void)port.send(*nodes.back());
            }
            while (in_flight.load() != 0) std::this_thread::yield();  // the nodes are still queued
        });
    }
    uint64_t next[kThreads] = {}, misplaced = 0;
    for (uint32_t taken = 0; taken < kThreads * kEach;) {
        const auto raw = consumer.pop();
        if (!raw || !raw->has_value()) {
            std::this_thread::yield();
            continue;
        }
        const auto entry = std::bit_cast<protocol::ReplyEntry>(**raw);
        if (entry.information != next[entry.request_id]++) ++misplaced;  // each sender's in order
        in_flight.fetch_sub(1);
        ++taken;
    }
    for (auto& sender : senders) sender.join();
    RSL_EXPECT_EQ(misplaced, 0u);
}

RSL_TEST(ReplyPort, AQuietReplyRingsNobodyAndTakesNoBellFromTheNext) {
    Fixture fixture;
    ReplyPort& port = fixture.port;
    fixture.channel.header().host_asleep.store(1);
    ReplyNode quiet{}, loud{}, awake{};
    quiet.quiet = true;
    RSL_EXPECT(port.send(quiet) == SendOutcome::kSent);
    RSL_EXPECT(port.send(loud) == SendOutcome::kSentRingClient);
    RSL_EXPECT(port.send(awake) == SendOutcome::kSent);  // it has been rung already
    auto consumer = fixture.channel.completion_consumer();
    for (int i = 0; i < 3; ++i) RSL_EXPECT(consumer.pop()->has_value());
}

}  // namespace
}  // namespace rsl::server
