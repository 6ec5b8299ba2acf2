// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/session.hpp"

#include <set>
#include <utility>

#include "base/testing/test.hpp"
#include "server/engine/test_client.hpp"

namespace rsl::server {
namespace {

using protocol::ArenaSpan;
using protocol::MessageId;
using transport::CloseReason;

protocol::Control control(uint32_t code, uint32_t bytes = 16) {
    return {.code = code, .input = {0, bytes}, .output = {64, bytes}};
}

/// Waits until a condition holds that another thread makes true.
template <typename Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 10'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

RSL_TEST(Session, AnswersTheGreeting) {
    TestClient client;
    client.send(9, MessageId::kHello, 0, protocol::Hello{.version = protocol::kVersion, .client_pid = 77});
    auto greeting = client.session->take_greeting();
    RSL_REQUIRE(greeting.ok());
    RSL_EXPECT_EQ(greeting->client_pid, 77u);
    client.session->answer_greeting(*greeting, 0, 1234);
    const auto reply = client.receive();
    RSL_EXPECT_EQ(reply.request_id, 9u);
    RSL_EXPECT_EQ(reply.information, uint64_t{protocol::kVersion});
    RSL_EXPECT_EQ(reply.values[0], 1234u);
}

RSL_TEST(Session, RefusesARequestBeforeTheGreeting) {
    TestClient client;
    client.send(1, MessageId::kPing, 0, protocol::Ping{});
    RSL_EXPECT_EQ(client.session->take_greeting().failure(), Status::kProtocolViolation);
}

RSL_TEST(Session, OpensCallsAndCloses) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    RSL_REQUIRE(handle != 0);
    std::memcpy(client.channel().arena().data(), "0123456789abcdef", 16);
    client.send(3, MessageId::kIoControl, handle, control(FakeNt::kEcho));
    const auto reply = client.receive();
    RSL_EXPECT_EQ(reply.status, 0);
    RSL_EXPECT_EQ(reply.information, 16u);
    RSL_EXPECT(std::memcmp(client.channel().arena().data() + 64, "0123456789abcdef", 16) == 0);
    client.send(4, MessageId::kClose, handle, protocol::Nothing{});
    RSL_EXPECT_EQ(client.receive().status, 0);
    RSL_EXPECT_EQ(client.nt.open_handles(), size_t{0});
}

RSL_TEST(Session, ServesOthersWhileARequestBlocksAThread) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    client.send(3, MessageId::kIoControl, handle, control(FakeNt::kBlock));
    client.send(4, MessageId::kIoControl, handle, control(FakeNt::kEcho));
    RSL_EXPECT_EQ(client.receive().request_id, 4u);
    RSL_REQUIRE(eventually([&] { return client.nt.blocked() == 1; }));
    client.send(5, MessageId::kCancel, 0, protocol::Cancel{.request_id = 3});
    std::set<uint64_t> ids{client.receive().request_id, client.receive().request_id};
    RSL_EXPECT(ids.contains(3) && ids.contains(5));
}

RSL_TEST(Session, TellsPendingBeforeDoneInEveryOrderOfEvents) {
    for (const uint32_t code : {FakeNt::kSooner, FakeNt::kLater}) {
        TestClient client;
        RSL_REQUIRE(client.begin());
        const uint32_t handle = client.open();
        for (uint64_t id = 10; id < 60; ++id) {
            client.send(id, MessageId::kIoControl, handle, control(code), protocol::kNotifyPending);
            const auto first = client.receive(), second = client.receive();
            RSL_EXPECT(first.kind == protocol::ReplyKind::kPending && first.request_id == id);
            RSL_EXPECT(second.kind == protocol::ReplyKind::kDone && second.request_id == id);
        }
    }
}

RSL_TEST(Session, CancelsWhatADriverKeeps) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    client.send(3, MessageId::kIoControl, handle, control(FakeNt::kHold), protocol::kNotifyPending);
    RSL_EXPECT(client.receive().kind == protocol::ReplyKind::kPending);
    client.send(4, MessageId::kCancel, handle, protocol::Cancel{.scope = protocol::CancelScope::kHandle});
    // In either order: the thread that sent the first may only just be coming back from it.
    auto done = client.receive(), cancelled = client.receive();
    if (done.request_id == 4) std::swap(done, cancelled);
    RSL_EXPECT_EQ(done.request_id, 3u);
    RSL_EXPECT_EQ(done.status, FakeNt::kCancelled);
    RSL_EXPECT_EQ(cancelled.request_id, 4u);
    RSL_EXPECT_EQ(cancelled.information, 1u);
    client.send(5, MessageId::kCancel, 0, protocol::Cancel{.request_id = 3});
    RSL_EXPECT_EQ(client.receive().status, status::kNotFound);
}

RSL_TEST(Session, CancelNeverMissesARequestThatIsJustBeingMade) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    for (uint64_t id = 10; id < 500; id += 2) {  // the cancel races with the thread making the call
        client.send(id, MessageId::kIoControl, handle, control(FakeNt::kHold));
        client.send(id + 1, MessageId::kCancel, 0, protocol::Cancel{.request_id = id});
        std::set<uint64_t> ids{client.receive().request_id, client.receive().request_id};
        RSL_REQUIRE(ids.contains(id) && ids.contains(id + 1));
    }
}

RSL_TEST(Session, AnswersMessagesOfALaterVersion) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    client.send(3, static_cast<MessageId>(999), 0, protocol::Nothing{});
    RSL_EXPECT_EQ(client.receive().status, Status::kNotImplemented.nt());
    RSL_EXPECT(!client.session->ended());
}

RSL_TEST(Session, EndsOnAMalformedRequestAndSaysWhy) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    client.send(3, MessageId::kIoControl, 4, protocol::Control{.input = {0xFFFFFFF0, 0x20}});
    RSL_REQUIRE(eventually([&] { return client.session->ended(); }));
    client.crew.join();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(Session, EndsOnADamagedRing) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    client.channel().header().submission.tail = 0x80000000;
    client.crew.wake();
    RSL_REQUIRE(eventually([&] { return client.session->ended(); }));
    client.crew.join();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(Session, EndsWhenTheClientLeavesItsRepliesLying) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    for (uint64_t id = 10; id < 10 + transport::kCompletionSlots + 10 && !client.session->ended(); ++id) {
        client.send(id, MessageId::kPing, 0, protocol::Ping{});
    }
    RSL_REQUIRE(eventually([&] { return client.session->ended(); }));
    client.crew.join();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(Session, EndsWhenTheClientHasTooManyOutstanding) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    for (uint64_t id = 10; id < 10 + kSlots + 10 && !client.session->ended(); ++id) {
        client.send(id, MessageId::kIoControl, handle, control(FakeNt::kHold));
    }
    RSL_REQUIRE(eventually([&] { return client.session->ended(); }));
    client.stop();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(Session, EndsWhenTheHostSaysThatTheClientLeft) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    client.channel().header().host_state = transport::HostState::kGone;
    client.crew.wake();
    RSL_REQUIRE(eventually([&] { return client.session->ended(); }));
    client.crew.join();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kClientLeft);
}

RSL_TEST(Session, RefusesBlockingCallsOnceEveryThreadIsStuckButCancelsStill) {
    TestClient client;
    client.crew.most_threads = 4;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    for (uint64_t id = 10; id < 13; ++id) client.send(id, MessageId::kIoControl, handle, control(FakeNt::kBlock));
    RSL_REQUIRE(eventually([&] { return client.nt.blocked() == 3; }));
    client.send(20, MessageId::kIoControl, handle, control(FakeNt::kEcho));
    const auto refused = client.receive();
    RSL_EXPECT_EQ(refused.request_id, 20u);
    RSL_EXPECT_EQ(refused.status, status::kInsufficientResources);
    client.send(21, MessageId::kCancel, 0, protocol::Cancel{.scope = protocol::CancelScope::kAll});
    std::set<uint64_t> ids;
    for (int i = 0; i < 4; ++i) ids.insert(client.receive().request_id);
    RSL_EXPECT_EQ(ids.size(), size_t{4});
    RSL_EXPECT(ids.contains(10) && ids.contains(21));
}

RSL_TEST(Session, LoadsADriverInPieces) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    std::memcpy(client.channel().arena().data(), u"echo", 8);
    client.send(3, MessageId::kLoadBegin, 0, protocol::LoadBegin{.image_bytes = 100, .service_name = {0, 8}});
    const auto upload = static_cast<uint32_t>(client.receive().values[0]);
    client.send(4, MessageId::kLoadData, 0, protocol::LoadData{.image_offset = 60, .data = {0, 40}, .upload = upload});
    RSL_EXPECT_EQ(client.receive().status, 0);
    client.send(5, MessageId::kLoadData, 0, protocol::LoadData{.image_offset = 61, .data = {0, 40}, .upload = upload});
    RSL_EXPECT_EQ(client.receive().status, status::kInvalidParameter);  // beyond the image
    client.send(6, MessageId::kLoadCommit, 0, protocol::LoadFinish{.report = {64, 256}, .upload = upload});
    RSL_EXPECT_EQ(client.receive().status, 0);
    client.send(7, MessageId::kLoadCommit, 0, protocol::LoadFinish{.upload = upload});
    RSL_EXPECT_EQ(client.receive().status, status::kNotFound);
}

RSL_TEST(Session, WaitsAndWakesOnEvents) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    client.send(3, MessageId::kCreateEvent, 0, protocol::CreateEvent{});
    const auto event = static_cast<uint32_t>(client.receive().values[0]);
    client.send(4, MessageId::kWait, event, protocol::Wait{.timeout_100ns = -1, .flags = protocol::kHasTimeout});
    RSL_EXPECT_EQ(client.receive().status, FakeNt::kTimeout);
    client.send(5, MessageId::kWait, event, protocol::Wait{});
    client.send(6, MessageId::kSignalEvent, event, protocol::SignalEvent{});
    std::set<uint64_t> ids{client.receive().request_id, client.receive().request_id};
    RSL_EXPECT(ids.contains(5) && ids.contains(6));
}

}  // namespace
}  // namespace rsl::server
