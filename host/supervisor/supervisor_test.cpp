// SPDX-License-Identifier: GPL-2.0-only
// Against the fake QEMU of host/vm; the test plays client and guest.
#include "host/supervisor/supervisor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "base/testing/test.hpp"
#include "host/supervisor/test_vm.hpp"
#include "transport/link/message_socket.hpp"

using namespace rsl;
using namespace std::chrono_literals;
namespace wire = protocol::supervisor;
using supervisor::Supervisor;
using supervisor::testing::Answer, supervisor::testing::answer_to, supervisor::testing::ask, supervisor::testing::Vm;

namespace {

size_t open_descriptors() {
    size_t count = 0;
    DIR* directory = ::opendir("/proc/self/fd");
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

const wire::Attach kAttach{
    .wanted_bytes = transport::kMinChannelBytes, .protocol_version = 1, .name_bytes = 4};
const wire::Attach kAttachAnySize = [] {
    wire::Attach attach = kAttach;
    attach.wanted_bytes = 0;
    return attach;
}();

}  // namespace

RSL_TEST(Supervisor, AnswersAPing)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    const UniqueFd client = vm.client();
    ask(client, wire::Ping{42});
    const Answer answer = answer_to(vm, client);
    const auto done =
        wire::decode<wire::Done>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(done);
    RSL_EXPECT_EQ(done->body.cookie, 42u);
    RSL_EXPECT_EQ(done->sequence, 7u);
}
RSL_TEST(Supervisor, AttachesOnceTheGuestIsReady)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    const UniqueFd client = vm.client();
    ask(client, kAttach, "prog");
    vm.loop->run_once(20ms);
    RSL_EXPECT(vm.self->state() == wire::VmState::kStarting);
    vm.guest_is_ready();
    const Answer answer = answer_to(vm, client);
    RSL_REQUIRE(answer.id() == wire::Id::kAttached);
    RSL_REQUIRE(answer.datagram.fds.size() == wire::kAttachedFds);
    RSL_EXPECT(::fcntl(answer.datagram.fds[wire::kFdMemory].get(), F_GET_SEALS) & F_SEAL_SHRINK);
}
RSL_TEST(Supervisor, FreesARingWhenItsClientGoes)
{
    Vm vm("qmp", 1);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    vm.loop->run_once(20ms);
    size_t before = 0;
    for (int round = 0; round < 20; ++round) {
        UniqueFd client = vm.client();
        RSL_REQUIRE(vm.wait_for([&] { return vm.self->free_slots() == 1; }));
        ask(client, kAttach, "prog");
        RSL_REQUIRE(answer_to(vm, client).id() == wire::Id::kAttached);
        client = UniqueFd();
        RSL_REQUIRE(vm.wait_for([&] { return vm.self->free_slots() == 1; }));
        if (round == 2) before = open_descriptors();
    }
    RSL_EXPECT_EQ(open_descriptors(), before);
}
RSL_TEST(Supervisor, FreesARingWhoseClientGoesWhileItIsPlugged)
{
    Vm vm("qmp", 1);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    vm.loop->run_once(20ms);
    {
        const UniqueFd client = vm.client();
        ask(client, kAttach, "prog");
    }
    vm.loop->run_once(20ms);
    RSL_EXPECT(vm.wait_for([&] { return vm.self->free_slots() == 1; }));
}
RSL_TEST(Supervisor, SaysWhenAllRingsAreTaken)
{
    Vm vm("qmp", 1);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    const UniqueFd first = vm.client(), second = vm.client();
    ask(first, kAttach, "prog");
    RSL_REQUIRE(answer_to(vm, first).id() == wire::Id::kAttached);
    ask(second, kAttach, "prog");
    RSL_EXPECT(answer_to(vm, second).failure().find("--clients") != std::string::npos);
    ask(first, kAttach, "prog");
    RSL_EXPECT(answer_to(vm, first).id() == wire::Id::kFailure);  // one ring a client
}
RSL_TEST(Supervisor, ReportsFailureToPlug)
{
    Vm vm("qmp", 10);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    std::vector<UniqueFd> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(vm.client());
        ask(clients.back(), kAttachAnySize, "prog");
        const Answer answer = answer_to(vm, clients.back());
        RSL_EXPECT(answer.id() ==
                   (i < 9 ? wire::Id::kAttached : wire::Id::kFailure));  // the fake has no port9
    }
    RSL_EXPECT_EQ(vm.self->free_slots(), 1u);
}
RSL_TEST(Supervisor, KeepsARingReadyForTheNextClient)
{
    Vm vm("qmp", 3);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    const UniqueFd first = vm.client();
    ask(first, kAttachAnySize, "prog");
    RSL_REQUIRE(answer_to(vm, first).id() == wire::Id::kAttached);
    RSL_EXPECT_EQ(vm.self->free_slots(), 2u);  // the one that is ready is free to whoever wants it
    vm.loop->run_once(20ms);                   // QEMU has plugged it
    const UniqueFd second = vm.client();
    ask(second, kAttachAnySize, "prog");
    RSL_REQUIRE(answer_to(vm, second).id() == wire::Id::kAttached);
    RSL_EXPECT_EQ(vm.self->free_slots(), 1u);
}
RSL_TEST(Supervisor, GivesUpTheReadyRingForAClientThatWantsAnotherSize)
{
    Vm vm("qmp", 2);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    const UniqueFd first = vm.client();
    ask(first, kAttachAnySize, "prog");
    RSL_REQUIRE(answer_to(vm, first).id() == wire::Id::kAttached);
    const UniqueFd second = vm.client();
    ask(second, kAttach, "prog");
    RSL_REQUIRE(answer_to(vm, second).id() == wire::Id::kAttached);
    RSL_EXPECT_EQ(vm.self->free_slots(), 0u);
}
RSL_TEST(Supervisor, TheReadyRingMayGoToAClientThatGoesWhileItIsPlugged)
{
    Vm vm("qmp", 2);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    const UniqueFd first = vm.client();
    ask(first, kAttachAnySize, "prog");
    RSL_REQUIRE(answer_to(vm, first).id() == wire::Id::kAttached);
    {
        const UniqueFd second = vm.client();
        ask(second, kAttachAnySize, "prog");
        RSL_REQUIRE(vm.wait_for([&] { return vm.self->free_slots() == 0; }));
    }
    RSL_EXPECT(vm.wait_for([&] { return vm.self->free_slots() == 1; }));
    const UniqueFd third = vm.client();
    ask(third, kAttachAnySize, "prog");
    RSL_EXPECT(answer_to(vm, third).id() == wire::Id::kAttached);
}
RSL_TEST(Supervisor, DropsAClientThatBreaksTheProtocol)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    const UniqueFd bad = vm.client(), good = vm.client();
    (void)!::send(bad.get(), "nonsense", 8, 0);
    RSL_EXPECT(answer_to(vm, bad).closed);
    ask(good, wire::Ping{1});
    RSL_EXPECT(answer_to(vm, good).id() == wire::Id::kDone);
}
RSL_TEST(Supervisor, RefusesARingOfOddSize)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    for (const uint64_t bytes : {uint64_t{1}, uint64_t{300'000}, uint64_t{1} << 40}) {
        const UniqueFd client = vm.client();
        ask(client, wire::Attach{bytes, 1, 0});
        RSL_EXPECT(answer_to(vm, client).id() == wire::Id::kFailure);
    }
}
RSL_TEST(Supervisor, TellsClientsThatTheVmDied)
{
    Vm vm("bug-check");
    RSL_REQUIRE(vm.self != nullptr);
    const UniqueFd client = vm.client();
    ask(client, kAttach, "prog");
    bool told = false, refused = false;  // in either order: the VM dies when it likes
    for (int i = 0; i < 2; ++i) {
        const Answer answer = answer_to(vm, client);
        told |= answer.id() == wire::Id::kVmGone;
        refused |= answer.failure().find("KMODE_EXCEPTION_NOT_HANDLED") != std::string::npos;
    }
    RSL_EXPECT(told && refused);
    // The supervisor stays, for whoever asks what happened.
    const UniqueFd late = vm.client();
    ask(late, wire::StatusRequest{});
    const Answer status = answer_to(vm, late);
    const auto reply =
        wire::decode<wire::StatusReply>(std::span(status.buffer).first(status.datagram.bytes));
    RSL_REQUIRE(reply);
    RSL_EXPECT(reply->body.state == wire::VmState::kDead);
    RSL_EXPECT(reply->text(0, reply->body.name_bytes) == "test");
    RSL_EXPECT(reply->text(reply->body.name_bytes, reply->body.detail_bytes).find("crash.sys") !=
               std::string_view::npos);
}
RSL_TEST(Supervisor, AClientWaitsForARingThatIsBeingLetGoOf)
{
    Vm vm("qmp", 1);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    {
        const UniqueFd first = vm.client();
        ask(first, kAttach, "echo");
        RSL_REQUIRE(answer_to(vm, first).id() == wire::Id::kAttached);
    }
    const UniqueFd second = vm.client();  // the first one's ring is not free yet
    ask(second, kAttach, "echo");
    RSL_EXPECT(answer_to(vm, second).id() == wire::Id::kAttached);
}
RSL_TEST(Supervisor, AClientDoesNotWaitForARingThatTheGuestKeeps)
{
    Vm vm("deaf", 1);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    {
        const UniqueFd first = vm.client();
        ask(first, kAttach, "echo");
        RSL_REQUIRE(answer_to(vm, first).id() == wire::Id::kAttached);
    }
    const UniqueFd second = vm.client();
    ask(second, kAttach, "echo");
    RSL_EXPECT(answer_to(vm, second).failure().starts_with("all 1 rings"));
}
RSL_TEST(Supervisor, StopsWhenAsked)
{
    Vm vm("hang");
    RSL_REQUIRE(vm.self != nullptr);
    bool stopped = false;
    vm.self->on_stopped = [&] { stopped = true; };
    const UniqueFd client = vm.client();
    ask(client, wire::Stop{0, 0});
    bool done = false;
    for (int i = 0; i < 2 && !done; ++i)
        done = answer_to(vm, client).id() == wire::Id::kStopped;
    RSL_EXPECT(done && stopped);
}
RSL_TEST(Supervisor, CutsAStopShortAndNamesTheDriverThatTheGuestNamed)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    vm.loop->run_once(20ms);
    const UniqueFd client = vm.client();
    ask(client, wire::Stop{100, 0});
    auto& header = vm.self->control_channel_for_test().header();
    RSL_REQUIRE(vm.wait_for(
        [&] { return header.host_state.load() == transport::HostState::kShutDown; }));
    std::strcpy(header.close_text, "slow\x1b.sys");
    Answer answer;
    for (int i = 0; i < 2 && answer.id() != wire::Id::kStopped; ++i) answer = answer_to(vm, client);
    const auto reply =
        wire::decode<wire::Stopped>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(reply);
    RSL_EXPECT(reply->text(0, reply->body.text_bytes).starts_with("slow?.sys was still busy"));
}
RSL_TEST(Supervisor, PassesTheGuestsLogOn)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    auto& channel = vm.self->control_channel_for_test();
    const auto view = transport::ChannelView::of(&channel.header(), channel.bytes());
    RSL_REQUIRE(view.has_value());
    auto writer = view->log_writer();
    const UniqueFd client = vm.client();
    ask(client, wire::LogSubscribe{wire::kLogFollow, 2});
    vm.loop->run_once(20ms);
    const auto write = [&](uint16_t level, std::string_view text) {
        const transport::LogRecordHead head{5, level, 4, static_cast<uint32_t>(text.size())};
        const std::string body = "echo" + std::string(text);
        writer.write(std::as_bytes(std::span(&head, 1)),
                     std::as_bytes(std::span(body.data(), body.size())));
    };
    write(1, "too low");
    write(3, "hello");
    transport::ring(channel.wake_fd());
    const Answer answer = answer_to(vm, client);
    const auto line =
        wire::decode<wire::LogLine>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(line);
    RSL_EXPECT(line->text(0, 4) == "echo");
    RSL_EXPECT(line->text(4, line->body.text_bytes) == "hello");
}
RSL_TEST(Supervisor, EventsGoToThoseWhoAskForThem)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    auto& channel = vm.self->control_channel_for_test();
    const auto view = transport::ChannelView::of(&channel.header(), channel.bytes());
    RSL_REQUIRE(view.has_value());
    auto writer = view->log_writer();
    const UniqueFd client = vm.client();
    ask(client, wire::LogSubscribe{wire::kLogFollow | wire::kLogEvents, 0});
    vm.loop->run_once(20ms);
    const auto write = [&](uint16_t level, std::string_view text) {
        const transport::LogRecordHead head{5, level, 4, static_cast<uint32_t>(text.size())};
        const std::string body = "echo" + std::string(text);
        writer.write(std::as_bytes(std::span(&head, 1)),
                     std::as_bytes(std::span(body.data(), body.size())));
    };
    write(4, "a line");
    write(5, R"({"id":1})");
    transport::ring(channel.wake_fd());
    const Answer answer = answer_to(vm, client);
    const auto line =
        wire::decode<wire::LogLine>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(line);
    RSL_EXPECT_EQ(line->body.level, 5u);
    RSL_EXPECT(line->text(4, line->body.text_bytes) == R"({"id":1})");
}
RSL_TEST(Supervisor, AReaderGetsAllThatWasKeptHoweverSlow)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    auto& channel = vm.self->control_channel_for_test();
    const auto view = transport::ChannelView::of(&channel.header(), channel.bytes());
    RSL_REQUIRE(view.has_value());
    auto writer = view->log_writer();
    const std::string body = "echo" + std::string(200, 'x');
    const transport::LogRecordHead head{5, 2, 4, 200};
    constexpr int kLines = 600;
    for (int i = 0; i < kLines; ++i) {
        while (!writer.write(std::as_bytes(std::span(&head, 1)),
                             std::as_bytes(std::span(body.data(), body.size())))) {
            transport::ring(channel.wake_fd());
            vm.loop->run_once(20ms);
        }
    }
    transport::ring(channel.wake_fd());
    vm.loop->run_once(20ms);
    const UniqueFd client = vm.client();
    ask(client, wire::LogSubscribe{wire::kLogFromStart, 0});
    int lines = 0;
    for (bool ended = false; !ended; ) {
        const Answer answer = answer_to(vm, client);
        const auto datagram = std::span(answer.buffer).first(answer.datagram.bytes);
        RSL_REQUIRE(!answer.closed);
        if (const auto line = wire::decode<wire::LogLine>(datagram)) {
            lines += line->text(0, 4) == "echo" ? 1 : 0;
        } else {
            ended = wire::decode<wire::LogEnd>(datagram).ok();
            RSL_REQUIRE(ended);
        }
    }
    RSL_EXPECT_EQ(lines, kLines);
}
RSL_TEST(Supervisor, StopsReadingALogThatLies)
{
    Vm vm("qmp");
    RSL_REQUIRE(vm.self != nullptr);
    auto& channel = vm.self->control_channel_for_test();
    channel.header().log.tail.store(0x7fffffff);
    transport::ring(channel.wake_fd());
    vm.loop->run_once(20ms);
    const UniqueFd client = vm.client();
    ask(client, wire::Ping{1});
    RSL_EXPECT(answer_to(vm, client).id() == wire::Id::kDone);
}
RSL_TEST(Supervisor, RefusesToPullADiskThatIsNotThere)
{
    Vm vm("qmp", 1);
    RSL_REQUIRE(vm.self != nullptr);
    vm.guest_is_ready();
    const UniqueFd client = vm.client();
    ask(client, wire::PullDisk{3, 0});
    RSL_EXPECT(answer_to(vm, client).failure().find("has no disk 3") != std::string::npos);
}
