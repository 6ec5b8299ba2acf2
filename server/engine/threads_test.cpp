// SPDX-License-Identifier: GPL-2.0-only
// Storms of requests that overlap in every way, with and without spinning.
#include <vector>

#include "base/testing/test.hpp"
#include "server/engine/test_client.hpp"

namespace rsl::server {
namespace {

void storm(uint32_t spin_us, std::vector<uint32_t> codes) {
    TestClient client{spin_us};
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    constexpr uint64_t kRequests = 4000, kAtOnce = 100;
    uint64_t sent = 0, answered = 0;
    std::vector<bool> seen(kRequests + 10);
    while (answered < kRequests) {
        while (sent < kRequests && sent - answered < kAtOnce) {
            client.send(10 + sent, protocol::MessageId::kIoControl, handle,
                        protocol::Control{.code = codes[sent % codes.size()], .input = {0, 8}, .output = {64 + static_cast<uint32_t>(sent % 1000) * 8, 8}});
            ++sent;
        }
        const auto reply = client.receive();
        RSL_REQUIRE(reply.request_id >= 10 && !seen[reply.request_id - 10]);
        seen[reply.request_id - 10] = true;
        RSL_EXPECT_EQ(reply.status, 0);
        ++answered;
    }
}

RSL_TEST(SessionThreads, AnswersEveryRequestOnce) { storm(0, {FakeNt::kEcho, FakeNt::kSooner}); }
RSL_TEST(SessionThreads, AnswersEveryRequestOnceWhenSpinning) { storm(100, {FakeNt::kEcho}); }

RSL_TEST(SessionThreads, NeverHasMoreThreadsThanAllowed) {
    TestClient client;
    RSL_REQUIRE(client.begin());
    const uint32_t handle = client.open();
    for (uint64_t id = 10; id < 110; ++id) {
        client.send(id, protocol::MessageId::kIoControl, handle,
                    protocol::Control{.code = FakeNt::kBlock, .input = {0, 8}, .output = {64, 8}});
    }
    uint32_t refused = 0;
    while (refused < 100 - (kMaxThreads - 1)) {
        const auto reply = client.receive();
        RSL_REQUIRE(reply.request_id != 0);
        if (reply.status == status::kInsufficientResources) ++refused;
    }
    RSL_EXPECT_EQ(client.crew.started(), kMaxThreads);
}

}  // namespace
}  // namespace rsl::server
