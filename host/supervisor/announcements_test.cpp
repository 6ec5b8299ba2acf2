// SPDX-License-Identifier: GPL-2.0-only
// Processes of Wine that drivers are told of, and rsld's requests to its VM.
#include "host/supervisor/announcements.hpp"

#include "base/testing/test.hpp"
#include "host/supervisor/test_desk.hpp"

using namespace rsl;
using namespace std::chrono_literals;
namespace wire = protocol::supervisor;
using protocol::MessageId;
using namespace supervisor::testing;

namespace {

Answer announce(Desk& desk, const UniqueFd& socket, uint32_t process, uint32_t flags = 0) {
    const std::u16string text = u"\\??\\C:\\a.exea b";
    return desk.tell(socket,
                     wire::ProcessStarted{.process = process,
                                          .thread = process + 4,
                                          .parent = 0x20,
                                          .creator_process = 0x20,
                                          .creator_thread = 0x24,
                                          .flags = flags,
                                          .image_bytes = 24,
                                          .command_line_bytes = 6},
                     {reinterpret_cast<const char*>(text.data()), text.size() * 2});
}

}  // namespace

RSL_TEST(Announcements, AProcessLivesAsLongAsItsSocket)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd anchor = desk.vm.client();
    RSL_REQUIRE(announce(desk, anchor, kProcess).id() == wire::Id::kDone);
    const auto started = desk.guest->last<protocol::ProcessStarted>(MessageId::kProcessStarted);
    RSL_EXPECT(started.process == kProcess && started.thread == kProcess + 4 &&
               started.creator_thread == 0x24);
    RSL_EXPECT(desk.guest->text(started.image) == u"\\??\\C:\\a.exe");
    RSL_EXPECT(desk.guest->text(started.command_line) == u"a b");
    anchor = UniqueFd();
    RSL_EXPECT(desk.settles([&] { return desk.guest->count(MessageId::kProcessEnded) == 1; }));
    // Its thread goes first.
    RSL_EXPECT_EQ(desk.guest->last<protocol::ThreadChanged>(MessageId::kThreadChanged).thread,
                  kProcess + 4);
    RSL_EXPECT(desk.guest->seen.back().message == MessageId::kProcessEnded && desk.guest->sound);
}

RSL_TEST(Announcements, AProcessThatSpeaksForItselfIsNotTwo)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const UniqueFd anchor = desk.vm.client(), own = desk.vm.client();
    RSL_REQUIRE(announce(desk, anchor, kProcess).id() == wire::Id::kDone);
    RSL_REQUIRE(announce(desk, own, kProcess, wire::kUnlessKnown).id() == wire::Id::kDone);
    RSL_EXPECT_EQ(desk.guest->count(MessageId::kProcessStarted), 1);
}

RSL_TEST(Announcements, ARefusedProcessHasNoEnd)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd anchor = desk.vm.client();
    desk.guest->refuses = MessageId::kProcessStarted;
    const Answer answer = announce(desk, anchor, kProcess);
    const auto failure =
        wire::decode<wire::Failure>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(failure);
    RSL_EXPECT_EQ(failure->body.nt_status, kRefusal);
    anchor = UniqueFd();
    const UniqueFd other = desk.vm.client();
    RSL_EXPECT(desk.tell(other, wire::Ping{1}).id() == wire::Id::kDone);
    RSL_EXPECT_EQ(desk.guest->count(MessageId::kProcessEnded), 0);
}

RSL_TEST(Announcements, AThreadEndsOnce)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd anchor = desk.vm.client();
    RSL_REQUIRE(announce(desk, anchor, kProcess).id() == wire::Id::kDone);
    RSL_REQUIRE(desk.tell(anchor, wire::ThreadChanged{kProcess, 0x90, 1, 0}).id() ==
                wire::Id::kDone);
    RSL_REQUIRE(desk.tell(anchor, wire::ThreadChanged{kProcess, 0x90, 0, 0}).id() ==
                wire::Id::kDone);
    RSL_REQUIRE(desk.tell(anchor, wire::ThreadChanged{kProcess, 0x90, 0, 0}).id() ==
                wire::Id::kDone);
    RSL_EXPECT_EQ(desk.guest->count(MessageId::kThreadChanged), 2);
    anchor = UniqueFd();
    RSL_EXPECT(desk.settles([&] { return desk.guest->count(MessageId::kProcessEnded) == 1; }));
    RSL_EXPECT_EQ(desk.guest->count(MessageId::kThreadChanged), 3);  // the first thread's
}

RSL_TEST(Announcements, NothingUnsoundReachesTheRing)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const UniqueFd client = desk.vm.client();
    RSL_EXPECT(desk.tell(client, wire::ThreadChanged{kProcess, 0x90, 2, 0}).id() ==
               wire::Id::kFailure);
    RSL_EXPECT(desk.tell(client, wire::ThreadChanged{0, 0x90, 1, 0}).id() == wire::Id::kFailure);
    RSL_EXPECT(desk.tell(client, wire::ImageLoaded{1, 1, kProcess, 3}, "abc").id() ==
               wire::Id::kFailure);
    RSL_EXPECT(announce(desk, client, 0).id() == wire::Id::kFailure);
    RSL_EXPECT(desk.guest->seen.empty());
}

RSL_TEST(ControlCalls, FailWhenTheVmEnds)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const UniqueFd client = desk.vm.client();
    ask(client, wire::TakeHandles{kProcess, 0});
    RSL_EXPECT(answer_to(desk.vm, client).id() == wire::Id::kHandlesTaken);
    ask(client, wire::ThreadChanged{kProcess, 0x90, 1, 0});  // nobody serves the ring
    desk.vm.loop->run_once(20ms);
    desk.vm.self->stop(0ms);
    bool failed = false;
    for (int i = 0; i < 2 && !failed; ++i)
        failed = answer_to(desk.vm, client).id() == wire::Id::kFailure;
    RSL_EXPECT(failed);
}
