// SPDX-License-Identifier: GPL-2.0-only
// The engine asks a client what its handles are, and tells what drivers did to the events behind them.
#include "server/engine/object_lending.hpp"

#include "base/testing/test.hpp"
#include "server/engine/test_client.hpp"

namespace rsl::server {
namespace {

using protocol::LendObject;
using protocol::MessageId;
using protocol::OwnObject;
using protocol::OwnObjectChanges;
using protocol::ReplyKind;
using protocol::Resolve;
using transport::CloseReason;

constexpr uint64_t kHandle = 0x44;
constexpr uint32_t kId = 7;
constexpr protocol::ArenaSpan kChanges{32 * 1024, sizeof(OwnObjectChanges)};
constexpr LendObject kEvent{.object = OwnObject::kNotificationEvent, .access = 3, .state = 1, .changes = kChanges};

/// A client that lends, and a driver that does what a test says while a request is in it.
struct ObjectClient : TestClient {
    ObjectClient() { hello_flags = protocol::kLendsObjects; }
    ObjectLending& objects() { return session->objects(); }
    void touch(uint32_t handle, std::function<Outcome()> body) {
        nt.on_touch = std::move(body);
        send(3, MessageId::kIoControl, handle, protocol::Control{.code = FakeNt::kTouch});
    }
    void answer(const protocol::ReplyEntry& question, const LendObject& lent) {
        send(question.request_id, MessageId::kLendObject, 0, lent);
    }
    /// The driver refers to the handle; the client answers with what it has. The status that the driver gets.
    int32_t resolve(const LendObject& lent) {
        touch(open(), [this]() -> Outcome {
            const auto found = objects().resolve(kHandle, kId);
            if (found) got = *found;
            return {found ? 0 : found.failure().nt()};
        });
        const auto question = receive();
        if (question.kind != ReplyKind::kResolve) return question.status;
        asked = Resolve::of(question);
        answer(question, lent);
        return receive().status;
    }
    OwnObjectChanges& changes() { return *reinterpret_cast<OwnObjectChanges*>(channel().arena().data() + kChanges.offset); }
    Resolve asked{};
    LendObject got{};
};

RSL_TEST(ObjectLending, AsksWhatAHandleIs) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    RSL_EXPECT_EQ(client.resolve(kEvent), 0);
    RSL_EXPECT_EQ(client.asked.handle, kHandle);
    RSL_EXPECT_EQ(client.asked.id, kId);
    RSL_EXPECT(client.got.object == OwnObject::kNotificationEvent);
    RSL_EXPECT_EQ(client.got.state, 1u);
    RSL_EXPECT_EQ(client.got.access, 3u);
}

RSL_TEST(ObjectLending, AHandleThatTheClientDoesNotHaveIsInvalid) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    RSL_EXPECT_EQ(client.resolve({}), Status::kInvalidHandle.nt());
}

RSL_TEST(ObjectLending, AsksNobodyWhenNoRequestIsOutOrTheClientLendsNothing) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    RSL_EXPECT_EQ(client.objects().resolve(kHandle, kId).failure(), Status::kInvalidHandle);
    ObjectClient keeps_its_own;
    keeps_its_own.hello_flags = 0;
    RSL_REQUIRE(keeps_its_own.begin());
    RSL_EXPECT_EQ(keeps_its_own.resolve(kEvent), Status::kInvalidHandle.nt());
}

RSL_TEST(ObjectLending, TellsOfChangesOnceUntilTheClientHasLooked) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    RSL_REQUIRE(client.resolve(kEvent) == 0);
    client.objects().changed(kId, protocol::kObjectSet);
    client.objects().changed(kId, protocol::kObjectReset);
    client.objects().changed(kId + 1, protocol::kObjectReset);
    client.objects().changed(kId + 1, protocol::kObjectSet);
    client.objects().changed(kId + 1, protocol::kObjectDropped);
    RSL_EXPECT(client.receive().kind == ReplyKind::kObjectsChanged);
    client.send(4, MessageId::kPing, 0, protocol::Ping{1});
    RSL_EXPECT_EQ(client.receive().request_id, 4u);  // nothing in between
    RSL_EXPECT_EQ(client.changes().waiting.exchange(0), 1u);
    RSL_EXPECT_EQ(client.changes().changes[kId].exchange(0), uint32_t{protocol::kObjectSet | protocol::kObjectReset});
    RSL_EXPECT_EQ(client.changes().changes[kId + 1].exchange(0),
                  uint32_t{protocol::kObjectSet | protocol::kObjectReset | protocol::kObjectEndsSet | protocol::kObjectDropped});
    client.objects().changed(kId, protocol::kObjectSet);
    RSL_EXPECT(client.receive().kind == ReplyKind::kObjectsChanged);
}

RSL_TEST(ObjectLending, ChangesOfEventsThatNobodyLentGoNowhere) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    client.objects().changed(kId, protocol::kObjectSet);
    client.send(4, MessageId::kPing, 0, protocol::Ping{1});
    RSL_EXPECT_EQ(client.receive().request_id, 4u);
}

RSL_TEST(ObjectLending, AClientThatAnswersUnaskedLosesItsSession) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    client.send(1, MessageId::kLendObject, 0, kEvent);
    RSL_EXPECT_EQ(client.receive().request_id, 0u);
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(ObjectLending, AnEventNeedsAPlaceForItsChanges) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    LendObject nowhere = kEvent;
    nowhere.changes = {};
    (void)client.resolve(nowhere);
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(ObjectLending, WhoWaitsFailsWhenTheSessionEnds) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    std::atomic<int32_t> status = 0;
    client.touch(client.open(), [&]() -> Outcome {
        const auto found = client.objects().resolve(kHandle, kId);
        status = found ? 1 : found.failure().nt();
        return {0};
    });
    RSL_EXPECT(client.receive().kind == ReplyKind::kResolve);
    client.stop();
    RSL_EXPECT_EQ(status.load(), Status::kInvalidHandle.nt());
}

RSL_TEST(ObjectLending, TheClientSignalsWhatItHasLent) {
    ObjectClient client;
    RSL_REQUIRE(client.begin());
    client.nt.own_object = kId;
    client.send(4, MessageId::kSignalOwnObject, 0, protocol::SignalOwnObject{.id = kId, .signal = protocol::OwnObjectSignal::kSet});
    auto reply = client.receive();
    RSL_EXPECT_EQ(reply.status, 0);
    RSL_EXPECT_EQ(reply.values[0], 1u);
    client.send(5, MessageId::kSignalOwnObject, 0, protocol::SignalOwnObject{.id = kId + 1});
    RSL_EXPECT_EQ(client.receive().status, Status::kNotFound.nt());
}

}  // namespace
}  // namespace rsl::server
