// SPDX-License-Identifier: GPL-2.0-only
// The engine asks a client for its memory, and gives back what was written.
#include "server/engine/lending.hpp"

#include "base/testing/test.hpp"
#include "server/engine/test_client.hpp"

namespace rsl::server {
namespace {

using protocol::Fetch;
using protocol::FetchAccess;
using protocol::MessageId;
using protocol::ReplyKind;
using transport::CloseReason;

constexpr protocol::ArenaSpan kWindow{64 * 1024, 8192};
constexpr uint64_t kAddress = 0x00005555'0000'1000;

/// A client that lends, and a driver that does what a test says while a request is in it.
struct LendingClient : TestClient {
    LendingClient() { window = kWindow; }
    /// Sends the request during which the driver runs `body`.
    void touch(uint32_t handle, std::function<Outcome()> body) {
        nt.on_touch = std::move(body);
        send(3, MessageId::kIoControl, handle, protocol::Control{.code = FakeNt::kTouch});
    }
    std::byte* lent() { return channel().arena().data() + kWindow.offset; }
    void answer(uint64_t id, uint32_t pages, uint64_t writable = 0) {
        send(id, MessageId::kLend, 0, protocol::Lend{.pages = pages, .writable = writable});
    }
    Lending& lending() { return session->lending(); }
};

int32_t status_of(const Result<Lending::Lent>& lent) { return lent ? 0 : lent.failure().nt(); }

RSL_TEST(Lending, TellsTheClientThatItBorrows) {
    LendingClient client;
    client.send(1, MessageId::kHello, 0, protocol::Hello{.version = protocol::kVersion, .lending = kWindow, .arena_address = 0x7000});
    auto greeting = client.session->take_greeting();
    RSL_REQUIRE(greeting.ok());
    RSL_EXPECT_EQ(greeting->arena_address, 0x7000u);
    client.session->answer_greeting(*greeting, 0, 1);
    RSL_EXPECT_EQ(client.receive().values[2], uint64_t{protocol::kBorrowsMemory});
    TestClient keeps_its_memory;
    keeps_its_memory.send(1, MessageId::kHello, 0, protocol::Hello{.version = protocol::kVersion});
    keeps_its_memory.session->answer_greeting(*keeps_its_memory.session->take_greeting(), 0, 1);
    RSL_EXPECT_EQ(keeps_its_memory.receive().values[2], 0u);
}

RSL_TEST(Lending, AsksForPagesDuringARequest) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    std::byte seen{};
    client.touch(client.open(), [&]() -> Outcome {
        const auto lent = client.lending().fetch(kAddress, 2, FetchAccess::kWrite);
        if (!lent) return {lent.failure().nt()};
        seen = lent->content[5];
        return {0, lent->pages, 0};
    });
    const auto question = client.receive();
    RSL_REQUIRE(question.kind == ReplyKind::kFetch);
    const Fetch fetch = Fetch::of(question);
    RSL_EXPECT_EQ(fetch.address, kAddress);
    RSL_EXPECT_EQ(fetch.pages, 2u);
    RSL_EXPECT(fetch.access == FetchAccess::kWrite);
    client.lent()[5] = std::byte{42};
    client.answer(question.request_id, 1, 1);
    const auto reply = client.receive();
    RSL_EXPECT_EQ(reply.request_id, 3u);
    RSL_EXPECT_EQ(reply.status, 0);
    RSL_EXPECT_EQ(reply.information, 1u);
    RSL_EXPECT(seen == std::byte{42});
}

RSL_TEST(Lending, ABadAddressFailsTheFault) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    client.touch(client.open(), [&]() -> Outcome { return {status_of(client.lending().fetch(kAddress, 1, FetchAccess::kRead))}; });
    client.answer(client.receive().request_id, 0);
    RSL_EXPECT_EQ(client.receive().status, Status::kAccessViolation.nt());
}

RSL_TEST(Lending, AsksNobodyWhenNoRequestIsOutOrTheClientLendsNothing) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    RSL_EXPECT_EQ(status_of(client.lending().fetch(kAddress, 1, FetchAccess::kRead)), Status::kAccessViolation.nt());
    TestClient other;
    RSL_REQUIRE(other.begin());
    RSL_EXPECT_EQ(status_of(other.session->lending().fetch(kAddress, 1, FetchAccess::kRead)), Status::kAccessViolation.nt());
}

RSL_TEST(Lending, GivesBackBeforeTheReplyIsSeen) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    client.lending().note_use();
    client.nt.on_return_memory = [&] {
        client.lending().give_back(kAddress + 7, std::as_bytes(std::span("hello", 5)));
        client.lending().flush();
    };
    client.touch(handle, [] { return Outcome{0}; });
    const auto given = client.receive();
    RSL_REQUIRE(given.kind == ReplyKind::kGiveBack);
    RSL_EXPECT_EQ(given.information, protocol::ChangedRun::total_bytes(5));
    protocol::ChangedRun run;
    std::memcpy(&run, client.lent(), sizeof(run));
    RSL_EXPECT_EQ(run.address, kAddress + 7);
    RSL_EXPECT_EQ(run.bytes, 5u);
    RSL_EXPECT(std::memcmp(client.lent() + sizeof(run), "hello", 5) == 0);
    RSL_EXPECT_EQ(client.receive().request_id, 3u);  // the reply does not wait for the answer
    client.answer(given.request_id, 0);
    client.nt.on_return_memory = [] {};
    client.send(4, MessageId::kPing, 0, protocol::Ping{1});
    RSL_EXPECT_EQ(client.receive().request_id, 4u);
}

RSL_TEST(Lending, RequestsOfAClientThatNeverLentPayNothing) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    std::atomic<int> returns = 0;
    client.nt.on_return_memory = [&] { ++returns; };
    client.touch(handle, [] { return Outcome{0}; });
    (void)client.receive();
    RSL_EXPECT_EQ(returns.load(), 0);
    client.send(4, MessageId::kIoControl, handle,
                protocol::Control{.code = FakeNt::kTouch, .flags = protocol::kInputAtAddress | protocol::kInputLent,
                                  .input = {4096, 8}, .input_address = kAddress});
    (void)client.receive();
    RSL_EXPECT_EQ(returns.load(), 1);
}

RSL_TEST(Lending, MoreThanTheWindowHoldsGoesInParts) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    static std::byte many[Lending::kMostAtOnce];
    client.lending().note_use();
    client.nt.on_return_memory = [&] {
        for (uint64_t i = 0; i < 20; ++i) client.lending().give_back(kAddress + i * 4096, many);
        client.lending().flush();
    };
    client.touch(handle, [] { return Outcome{0}; });
    uint64_t bytes = 0;
    for (;;) {
        const auto next = client.receive();
        if (next.kind != ReplyKind::kGiveBack) break;
        RSL_REQUIRE(next.information <= kWindow.bytes);
        bytes += next.information;
        client.answer(next.request_id, 0);
    }
    RSL_EXPECT_EQ(bytes, 20 * protocol::ChangedRun::total_bytes(sizeof(many)));
    client.nt.on_return_memory = [] {};
}

RSL_TEST(Lending, AnAnswerThatNobodyAskedForEndsTheSession) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    client.answer(1, 1);
    (void)client.receive();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(Lending, MorePagesThanAskedForEndTheSession) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    client.touch(client.open(), [&]() -> Outcome { return {status_of(client.lending().fetch(kAddress, 1, FetchAccess::kRead))}; });
    client.answer(client.receive().request_id, 2);
    (void)client.receive();
    RSL_EXPECT(client.session->ending().reason == CloseReason::kViolation);
}

RSL_TEST(Lending, AClientThatLeavesFailsWhoeverWaitsForItsMemory) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    std::atomic<int32_t> status = 0;
    client.touch(client.open(), [&]() -> Outcome {
        status = status_of(client.lending().fetch(kAddress, 1, FetchAccess::kRead));
        return {status};
    });
    RSL_EXPECT(client.receive().kind == ReplyKind::kFetch);
    client.stop();  // waits for the thread
    RSL_EXPECT_EQ(status.load(), Status::kAccessViolation.nt());
}

RSL_TEST(Lending, TheEndOfTheLastRequestFailsAThreadThatWaitsAndALateAnswerIsFine) {
    LendingClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    client.send(3, MessageId::kIoControl, handle, protocol::Control{.code = FakeNt::kHold});
    while (client.nt.held() == 0) std::this_thread::yield();
    int32_t status = 0;
    std::thread worker([&] { status = status_of(client.lending().fetch(kAddress, 1, FetchAccess::kRead)); });
    const auto question = client.receive();
    RSL_EXPECT(question.kind == ReplyKind::kFetch);
    client.nt.let_go();
    worker.join();
    RSL_EXPECT_EQ(status, Status::kAccessViolation.nt());
    RSL_EXPECT_EQ(client.receive().request_id, 3u);
    client.answer(question.request_id, 1);
    client.touch(handle, [&]() -> Outcome { return {status_of(client.lending().fetch(kAddress, 1, FetchAccess::kRead))}; });
    client.answer(client.receive().request_id, 1);
    RSL_EXPECT_EQ(client.receive().status, 0);
}

}  // namespace
}  // namespace rsl::server
