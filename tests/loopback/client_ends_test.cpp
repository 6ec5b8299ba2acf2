// SPDX-License-Identifier: GPL-2.0-only
// libRSL against the server's engine: how a connection ends, and the log.
#include <bit>
#include <chrono>
#include <cstring>
#include <span>
#include <thread>
#include <vector>

#include "base/testing/test.hpp"
#include "shim/api/handle.hpp"
#include "tests/loopback/loopback_vm.hpp"

namespace rsl {
namespace {

using server::FakeNt;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Runs a call that only the end of the VM can end, and times how long that takes.
template <typename End>
void ends_a_blocked_call(uint32_t code, uint32_t flags, const End& end) {
    LoopbackVm vm;
    Client client{vm, flags};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    std::vector<rsl_status> status(3);
    std::vector<std::thread> callers;
    for (auto& one : status) {
        callers.emplace_back([&] { one = rsl_ioctl(client.get, echo, code, nullptr, 0, nullptr, 0, nullptr); });
    }
    while (vm.nt.held() + vm.nt.blocked() < 3) std::this_thread::yield();
    const auto start = Clock::now();
    end(vm);
    for (auto& caller : callers) caller.join();
    RSL_EXPECT(seconds_since(start) < 1.0);
    for (const rsl_status one : status) RSL_EXPECT(one == RSL_STATUS_DISCONNECTED || one == FakeNt::kCancelled);
    RSL_EXPECT_EQ(rsl_ping(client.get), RSL_STATUS_DISCONNECTED);
    RSL_REQUIRE(rsl_disconnect_reason(client.get) != nullptr);
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 1000), -1);
    vm.nt.let_go();
}

RSL_TEST(ClientEnds, WhenTheServerStops) {
    ends_a_blocked_call(FakeNt::kHold, 0, [](LoopbackVm& vm) { vm.stop("maintenance"); });
    ends_a_blocked_call(FakeNt::kBlock, RSL_CONNECT_THREAD, [](LoopbackVm& vm) { vm.stop("maintenance"); });
}
RSL_TEST(ClientEnds, WhenQemuDies) {
    ends_a_blocked_call(FakeNt::kHold, 0, [](LoopbackVm& vm) { vm.die(); });
    ends_a_blocked_call(FakeNt::kHold, RSL_CONNECT_THREAD, [](LoopbackVm& vm) { vm.die(); });
}

RSL_TEST(ClientEnds, SaysWhyTheVmEndedIt) {
    LoopbackVm vm;
    Client client{vm};
    vm.stop("maintenance");
    RSL_EXPECT_EQ(rsl_ping(client.get), RSL_STATUS_DISCONNECTED);
    RSL_EXPECT(std::strstr(rsl_disconnect_reason(client.get), "maintenance") != nullptr);
}

RSL_TEST(ClientEnds, CallbacksOfADeadConnectionStillCome) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    rsl_status heard = 0;
    const rsl_request request = control(echo, FakeNt::kHold, nullptr, nullptr, 0);
    RSL_REQUIRE(rsl_submit(client.get, &request, [](void* context, uint64_t, const rsl_result* result) {
        *static_cast<rsl_status*>(context) = result->status;
    }, &heard, nullptr) == 0);
    vm.die();
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 1000), 1);
    RSL_EXPECT_EQ(heard, RSL_STATUS_DISCONNECTED);
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 1000), -1);
    vm.nt.let_go();
}

RSL_TEST(ClientEnds, RefusesAnswersThatNobodyAskedFor) {
    LoopbackVm vm;
    Client client{vm};
    protocol::ReplyEntry lie{.request_id = 0xDEAD00000001, .kind = protocol::ReplyKind::kDone};
    const uint32_t tail = vm.view().header().completion.tail.load();
    vm.view().completions()[tail % transport::kCompletionSlots] = std::bit_cast<transport::RawEntry>(lie);
    vm.view().header().completion.tail.store(tail + 1);
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 1000), -1);  // asks nothing: the engine's answer would take the lie's place
    RSL_EXPECT_EQ(rsl_ping(client.get), RSL_STATUS_DISCONNECTED);
}

RSL_TEST(ClientEnds, LeavingFreesTheSession) {
    LoopbackVm vm;
    {
        Client client{vm};
        rsl_handle echo = 0;
        RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    }
    for (int i = 0; i < 5000 && vm.view().header().guest_state.load() != transport::GuestState::kClosed; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    RSL_EXPECT(vm.view().header().guest_state.load() == transport::GuestState::kClosed);
    RSL_EXPECT(vm.session->ending().reason == transport::CloseReason::kClientLeft);
}

// ---- The log

RSL_TEST(ClientLog, ReadsTheControlRing) {
    LoopbackVm vm{0, transport::ChannelKind::kControl};
    Client client{vm};
    rsl_log* log = rsl_log_of(client.get);
    RSL_REQUIRE(log != nullptr);
    rsl_log_line line;
    RSL_EXPECT_EQ(rsl_log_next(log, 10, &line), 0);
    auto writer = vm.view().log_writer();
    std::thread printer([&] {
        for (int i = 0; i < 50; ++i) {
            const transport::LogRecordHead head{.time_ns = 7, .level = 2, .source_bytes = 4, .text_bytes = 5};
            while (!writer.write(std::as_bytes(std::span(&head, 1)), std::as_bytes(std::span("echohello", 9)))) {
            }
            if (transport::must_ring(vm.view().header().host_asleep)) vm.crew.ring_client();
        }
    });
    for (int i = 0; i < 50; ++i) {
        RSL_REQUIRE(rsl_log_next(log, 5000, &line) == 1);
        RSL_EXPECT(std::strcmp(line.source, "echo") == 0 && std::strcmp(line.text, "hello") == 0);
        if (i % 10 == 0) RSL_EXPECT_EQ(rsl_ping(client.get), 0);  // both live on one bell
    }
    printer.join();
    vm.die();
    RSL_EXPECT_EQ(rsl_log_next(log, 5000, &line), -1);
    rsl_log_close(log);
}

}  // namespace
}  // namespace rsl
