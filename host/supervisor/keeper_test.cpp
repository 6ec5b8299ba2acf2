// SPDX-License-Identifier: GPL-2.0-only
// Against the fake QEMU of host/vm; the test plays client and guest.
#include "host/supervisor/keeper.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/testing/test.hpp"
#include "host/supervisor/test_directory.hpp"
#include "host/supervisor/test_vm.hpp"

using namespace rsl;
using namespace std::chrono_literals;
namespace wire = protocol::supervisor;
using supervisor::Keeper;
using supervisor::testing::Answer, supervisor::testing::ask, supervisor::testing::OwnDirectory;

namespace {

struct Kept {
    explicit Kept(bool restart, const std::string& mode = "qmp") {
        auto made = vm::EventLoop::create();
        if (!made) return;
        loop = std::move(*made);
        auto config = supervisor::testing::fake_config(mode, 1);
        config.restart = restart;
        auto started = Keeper::start(*loop, std::move(config));
        if (!started) return;
        keeper = std::move(*started);
        keeper->current().connect(*loop);
    }
    template <typename Condition>
    bool wait_for(Condition condition, std::chrono::milliseconds limit = 10s) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!condition() && std::chrono::steady_clock::now() < end) loop->run_once(10ms);
        return condition();
    }
    bool is(wire::VmState state) { return keeper->current().state() == state; }
    bool runs(uint32_t restarts) {
        if (!wait_for([&] { return keeper->current().restarts() == restarts; })) return false;
        auto& channel = keeper->current().control_channel_for_test();
        channel.header().guest_state.store(transport::GuestState::kWaiting);
        transport::ring(channel.wake_fd());
        return wait_for([&] { return is(wire::VmState::kRunning); });
    }
    void kill_qemu() { ::kill(keeper->current().machine().pid(), SIGKILL); }
    UniqueFd client() {
        std::array<int, 2> pair{};
        (void)!::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data());
        keeper->current().add_client(UniqueFd(pair[1]));
        return UniqueFd(pair[0]);
    }
    Answer answer_to(const UniqueFd& socket) {
        Answer answer;
        bool arrived = false;
        wait_for([&] {
            auto got = transport::receive_datagram(socket.get(), answer.buffer, 0);
            if (!got) return false;
            answer.datagram = std::move(*got);
            answer.closed = answer.datagram.bytes == 0;
            return arrived = true;
        });
        return answer;
    }
    nlohmann::json detail() {
        const UniqueFd socket = client();
        ask(socket, wire::StatusRequest{});
        for (int i = 0; i < 2; ++i) {
            const Answer answer = answer_to(socket);
            const auto status = wire::decode<wire::StatusReply>(
                std::span(answer.buffer).first(answer.datagram.bytes));
            if (status)
                return nlohmann::json::parse(
                    status->text(status->body.name_bytes, status->body.detail_bytes), nullptr,
                    false);
        }
        return {};
    }
    std::unique_ptr<vm::EventLoop> loop;
    std::unique_ptr<Keeper> keeper;
};

}  // namespace

RSL_TEST(Keeper, StartsAVmAgainThatWasKilled)
{
    Kept kept(true);
    RSL_REQUIRE(kept.keeper != nullptr && kept.runs(0));
    kept.kill_qemu();
    RSL_REQUIRE(kept.runs(1));
    const auto detail = kept.detail();
    RSL_EXPECT_EQ(detail.value("restarts", 0), 1);
    RSL_EXPECT(detail.value("previous_end", std::string()) == "QEMU was killed by signal 9");
}
RSL_TEST(Keeper, ItsSocketAnswersThroughoutAndWhoHadMoreThanQuestionsIsDropped)
{
    const OwnDirectory own;
    Kept kept(true);
    RSL_REQUIRE(kept.keeper != nullptr && kept.runs(0));
    auto listener = supervisor::listen_for("test");
    RSL_REQUIRE(listener);
    kept.keeper->current().listen(std::move(*listener));
    const auto connect = [] {
        return transport::connect_socket(*transport::vm_socket_path("test"));
    };
    auto asks = connect(), attached = connect();
    RSL_REQUIRE(asks && attached);
    ask(*attached, wire::Attach{.wanted_bytes = 0, .protocol_version = 1, .name_bytes = 0});
    RSL_REQUIRE(kept.answer_to(*attached).id() == wire::Id::kAttached);
    ask(*asks, wire::Ping{1});
    RSL_REQUIRE(kept.answer_to(*asks).id() == wire::Id::kDone);
    kept.kill_qemu();
    RSL_EXPECT(kept.answer_to(*attached).id() == wire::Id::kVmGone);
    RSL_EXPECT(kept.answer_to(*asks).id() == wire::Id::kVmGone);
    RSL_REQUIRE(kept.runs(1));
    RSL_EXPECT(kept.answer_to(*attached).closed);
    ask(*asks, wire::Ping{2});
    RSL_EXPECT(kept.answer_to(*asks).id() == wire::Id::kDone);
    auto late = connect();
    RSL_REQUIRE(late);
    ask(*late, wire::Ping{3});
    RSL_EXPECT(kept.answer_to(*late).id() == wire::Id::kDone);
}
RSL_TEST(Keeper, WithoutTheFlagItStaysDead)
{
    Kept kept(false);
    RSL_REQUIRE(kept.keeper != nullptr && kept.runs(0));
    kept.kill_qemu();
    RSL_REQUIRE(kept.wait_for([&] { return kept.is(wire::VmState::kDead); }));
    RSL_EXPECT(!kept.wait_for([&] { return kept.keeper->current().restarts() != 0; }, 300ms));
}
RSL_TEST(Keeper, AVmThatWasStoppedStaysStopped)
{
    for (const bool dead_before : {false, true}) {
        Kept kept(true);
        RSL_REQUIRE(kept.keeper != nullptr && kept.runs(0));
        bool stopped = false;
        kept.keeper->on_stopped = [&] { stopped = true; };
        if (dead_before) {
            kept.kill_qemu();
            RSL_REQUIRE(kept.wait_for([&] { return kept.is(wire::VmState::kDead); }));
        }
        kept.keeper->current().stop(0s);
        RSL_REQUIRE(kept.wait_for([&] { return stopped; }));
        RSL_EXPECT(!kept.wait_for([&] { return kept.keeper->current().restarts() != 0; }, 300ms));
    }
}
RSL_TEST(Keeper, ItGivesUpOnOneThatEndsTooOften)
{
    Kept kept(true);
    RSL_REQUIRE(kept.keeper != nullptr);
    for (uint32_t i = 0; i <= supervisor::kMostRestarts; ++i) {
        RSL_REQUIRE(kept.runs(i));
        kept.kill_qemu();
        RSL_REQUIRE(kept.wait_for([&] { return kept.is(wire::VmState::kDead); }));
    }
    RSL_EXPECT(!kept.wait_for([&] { return !kept.is(wire::VmState::kDead); }, 300ms));
    const auto detail = kept.detail();
    RSL_EXPECT(detail.value("stays_dead", std::string()).find("5 times within 60 s") !=
               std::string::npos);
}
RSL_TEST(Keeper, OneThatEndsBeforeItIsUpIsNotStartedAgain)
{
    Kept kept(true, "bug-check");
    RSL_REQUIRE(kept.keeper != nullptr);
    bool failed = false;
    kept.keeper->on_failed = [&](const vm::MachineEnd&) { failed = true; };
    RSL_EXPECT(kept.wait_for([&] { return failed; }));
    RSL_EXPECT(!kept.wait_for([&] { return kept.keeper->current().restarts() != 0; }, 300ms));
}
