// SPDX-License-Identifier: GPL-2.0-only
// What Wine's programs ask of a supervisor: handles given to each other, processes announced. The
// test plays the programs, and the VM on the control ring.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "base/testing/test.hpp"
#include "host/supervisor/test_vm.hpp"
#include "protocol/codec/check_entry.hpp"

using namespace rsl;
using namespace std::chrono_literals;
namespace wire = protocol::supervisor;
using protocol::MessageId;
using supervisor::testing::Answer, supervisor::testing::answer_to, supervisor::testing::ask,
    supervisor::testing::Vm;

namespace {

constexpr uint32_t kProcess = 0x40, kOther = 0x44;
constexpr int32_t kRefusal = static_cast<int32_t>(0xC0000022);

/// The VM's server, as far as these tests go.
class Guest {
  public:
    explicit Guest(Vm& vm) : channel_(vm.self->control_channel_for_test()) {
        vm.guest_is_ready();
        view_.emplace(*transport::ChannelView::of(&channel_.header(), channel_.bytes()));
        requests_.emplace(view_->submission_consumer());
        replies_.emplace(view_->completion_producer());
    }
    /// Answers what has come.
    void serve() {
        for (auto raw = requests_->pop(); raw && raw->has_value(); raw = requests_->pop()) {
            const auto entry = std::bit_cast<protocol::RequestEntry>(**raw);
            sound &= protocol::check_entry(entry, view_->layout().arena_bytes).ok();
            seen.push_back(entry);
            protocol::ReplyEntry reply{.request_id = entry.request_id,
                                       .status = 0,
                                       .kind = protocol::ReplyKind::kDone,
                                       .reserved = 0,
                                       .information = 0,
                                       .values = {}};
            if (entry.message == MessageId::kHello) reply.values[0] = 0x100;
            if (entry.message == MessageId::kDuplicate) reply.values[0] = ++last_handle, ++open;
            if (entry.message == MessageId::kClose) --open;
            if (entry.message == refuses) reply.status = kRefusal;
            (void)replies_->push(std::bit_cast<transport::RawEntry>(reply));
        }
        transport::ring(channel_.wake_fd());
    }
    int count(MessageId message) const {
        return static_cast<int>(std::count_if(seen.begin(), seen.end(),
                                              [&](const auto& e) { return e.message == message; }));
    }
    template <typename Body>
    Body last(MessageId message) const {
        const auto found = std::find_if(seen.rbegin(), seen.rend(),
                                        [&](const auto& e) { return e.message == message; });
        return found != seen.rend() ? *protocol::decode<Body>(*found, view_->layout().arena_bytes)
                                    : Body{};
    }
    std::u16string text(protocol::ArenaSpan span) const {
        return {reinterpret_cast<const char16_t*>(view_->arena().data() + span.offset),
                span.bytes / 2};
    }

    std::vector<protocol::RequestEntry> seen;
    bool sound = true;
    int open = 0;  // handles of rsld's
    uint32_t last_handle = 0;
    MessageId refuses{};

  private:
    transport::Channel& channel_;
    std::optional<transport::ChannelView> view_;
    std::optional<transport::SubmissionConsumer> requests_;
    std::optional<transport::CompletionProducer> replies_;
};

struct Desk {
    Vm vm{"qmp"};
    std::optional<Guest> guest;
    bool begin() {
        if (vm.self == nullptr) return false;
        guest.emplace(vm);
        return vm.wait_for([&] { return vm.self->state() == wire::VmState::kRunning; });
    }
    template <typename T>
    Answer tell(const UniqueFd& socket, const T& body, std::string_view tail = {}) {
        ask(socket, body, tail);
        Answer answer;
        bool arrived = false;
        vm.wait_for([&] {
            guest->serve();
            auto got = transport::receive_datagram(socket.get(), answer.buffer, 0);
            if (!got) return false;
            answer.datagram = std::move(*got);
            return arrived = true;
        });
        return answer;
    }
    bool settles(auto condition) {
        return vm.wait_for([&] {
            guest->serve();
            return condition();
        });
    }
    Answer give(const UniqueFd& socket, uint32_t process, uint32_t handle) {
        const wire::GivenHandle given{
            .vm_process = 0x200, .vm_handle = 0x24, .handle = handle, .reserved = 0};
        return tell(socket, wire::GiveHandles{process, 1},
                    {reinterpret_cast<const char*>(&given), sizeof(given)});
    }
    std::vector<wire::TakenHandle> take(const UniqueFd& socket, uint32_t process) {
        const Answer answer = tell(socket, wire::TakeHandles{process, 0});
        const auto taken =
            wire::decode<wire::HandlesTaken>(std::span(answer.buffer).first(answer.datagram.bytes));
        std::vector<wire::TakenHandle> handles(taken ? taken->body.count : 0);
        if (!handles.empty()) std::memcpy(handles.data(), taken->tail.data(), taken->tail.size());
        return handles;
    }
};

template <typename T>
UniqueFd shared_table(T handle_at_8) {
    UniqueFd memory{::memfd_create("table", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    (void)!::ftruncate(memory.get(), wire::kTableBytes);
    (void)!::pwrite(memory.get(), &handle_at_8, sizeof(handle_at_8), 2 * sizeof(uint32_t));
    (void)::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK);
    return memory;
}

}  // namespace

RSL_TEST(Handover, HoldsAFileUntilItsReceiverDropsIt)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd giver = desk.vm.client(), receiver = desk.vm.client();
    RSL_REQUIRE(desk.give(giver, kProcess, 0x50).id() == wire::Id::kDone);
    const auto duplicated = desk.guest->last<protocol::Duplicate>(MessageId::kDuplicate);
    RSL_EXPECT_EQ(duplicated.source_process, 0x200u);
    RSL_EXPECT_EQ(desk.guest->open, 1);
    RSL_EXPECT(desk.take(receiver, kOther).empty());
    const auto taken = desk.take(receiver, kProcess);
    RSL_REQUIRE(taken.size() == 1);
    RSL_EXPECT_EQ(taken[0].handle, 0x50u);
    RSL_EXPECT_EQ(taken[0].vm_handle, desk.guest->last_handle);
    giver = UniqueFd();  // it is the receiver's now
    RSL_EXPECT(desk.take(receiver, kProcess).empty());
    RSL_EXPECT_EQ(desk.guest->open, 1);
    RSL_EXPECT(desk.tell(receiver, wire::DropHandle{taken[0].vm_handle, 0}).id() ==
               wire::Id::kDone);
    RSL_EXPECT_EQ(desk.guest->open, 0);
    RSL_EXPECT(desk.tell(receiver, wire::DropHandle{taken[0].vm_handle, 0}).id() ==
               wire::Id::kFailure);
    RSL_EXPECT_EQ(desk.vm.self->handover().held(), 0u);
    RSL_EXPECT(desk.guest->sound);
}

RSL_TEST(Handover, LetsGoWhenTheReceiverEndsBeforeItTakes)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd anchor = desk.vm.client();
    RSL_REQUIRE(desk.give(anchor, kProcess, 0x50).id() == wire::Id::kDone);
    anchor = UniqueFd();
    RSL_EXPECT(desk.settles([&] { return desk.guest->open == 0; }));
}

RSL_TEST(Handover, LetsGoWhenTheReceiverEndsAfterItTook)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd anchor = desk.vm.client(), receiver = desk.vm.client();
    RSL_REQUIRE(desk.give(anchor, kProcess, 0x50).id() == wire::Id::kDone);
    RSL_REQUIRE(desk.take(receiver, kProcess).size() == 1);
    receiver = UniqueFd();
    RSL_EXPECT(desk.settles([&] { return desk.guest->open == 0; }));
}

RSL_TEST(Handover, PassesTheVmsRefusalOn)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const UniqueFd giver = desk.vm.client();
    desk.guest->refuses = MessageId::kDuplicate;
    const Answer answer = desk.give(giver, kProcess, 0x50);
    const auto failure =
        wire::decode<wire::Failure>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(failure);
    RSL_EXPECT_EQ(failure->body.nt_status, kRefusal);
    RSL_EXPECT_EQ(desk.vm.self->handover().held(), 0u);
}

RSL_TEST(Handover, FindsAHandleInAnothersTable)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    UniqueFd owner = desk.vm.client();
    const UniqueFd asker = desk.vm.client();
    const UniqueFd memory = shared_table(uint32_t{0x24});
    std::array<std::byte, 64> buffer;
    const auto table = wire::encode(std::span(buffer), 1, wire::HandleTable{kProcess, 0x200});
    const int fds[] = {memory.get()};
    RSL_REQUIRE(transport::send_datagram(owner.get(), *table, fds));
    RSL_REQUIRE(answer_to(desk.vm, owner).id() == wire::Id::kDone);
    const Answer answer = desk.tell(asker, wire::FindHandle{kProcess, 8});
    const auto found =
        wire::decode<wire::FoundHandle>(std::span(answer.buffer).first(answer.datagram.bytes));
    RSL_REQUIRE(found);
    RSL_EXPECT(found->body.vm_process == 0x200 && found->body.vm_handle == 0x24);
    for (const auto& nothing : {wire::FindHandle{kProcess, 12}, wire::FindHandle{kOther, 8},
                                wire::FindHandle{kProcess, ~0u}})
        RSL_EXPECT(desk.tell(asker, nothing).id() == wire::Id::kFailure);
    owner = UniqueFd();
    RSL_EXPECT(desk.settles([&] {
        return desk.tell(asker, wire::FindHandle{kProcess, 8}).id() == wire::Id::kFailure;
    }));
}

RSL_TEST(Handover, RefusesATableThatCouldShrink)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const UniqueFd owner = desk.vm.client();
    const UniqueFd memory{::memfd_create("table", MFD_CLOEXEC)};
    (void)!::ftruncate(memory.get(), wire::kTableBytes);
    std::array<std::byte, 64> buffer;
    const auto table = wire::encode(std::span(buffer), 1, wire::HandleTable{kProcess, 0x200});
    const int fds[] = {memory.get()};
    RSL_REQUIRE(transport::send_datagram(owner.get(), *table, fds));
    RSL_EXPECT(answer_to(desk.vm, owner).id() == wire::Id::kFailure);
}

RSL_TEST(Handover, TellsAProcessOfAHandleThatAnotherOneClosed)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const UniqueFd closer = desk.vm.client(), owner = desk.vm.client();
    RSL_REQUIRE(desk.tell(closer, wire::HandleClosed{kProcess, 0x60}).id() == wire::Id::kDone);
    const auto news = desk.take(owner, kProcess);
    RSL_REQUIRE(news.size() == 1);
    RSL_EXPECT(news[0].handle == 0x60 && news[0].vm_handle == 0);
    // One that was given and never taken is simply gone.
    RSL_REQUIRE(desk.give(closer, kProcess, 0x64).id() == wire::Id::kDone);
    RSL_REQUIRE(desk.tell(closer, wire::HandleClosed{kProcess, 0x64}).id() == wire::Id::kDone);
    RSL_EXPECT(desk.settles([&] { return desk.guest->open == 0; }));
    RSL_EXPECT(desk.take(owner, kProcess).empty());
}

RSL_TEST(Handover, ShowsOnThePageWhomItConcerns)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    const std::string path = "/tmp/rsl-page-test-" + std::to_string(::getpid());
    auto page = supervisor::WinePageFile::create(path);
    RSL_REQUIRE(page);
    desk.vm.self->show(std::move(*page));
    const auto* seen = desk.vm.self->handover().page();
    const auto waiting = [&](uint32_t process) {
        return seen->waiting[wire::WinePage::place_of(process)].load();
    };
    UniqueFd anchor = desk.vm.client();
    const UniqueFd receiver = desk.vm.client();
    RSL_REQUIRE(desk.give(anchor, kProcess, 0x50).id() == wire::Id::kDone);
    RSL_EXPECT(waiting(kProcess) == 1 && waiting(kOther) == 0);
    RSL_REQUIRE(desk.take(receiver, kProcess).size() == 1);
    RSL_EXPECT_EQ(waiting(kProcess), 0u);
    RSL_REQUIRE(desk.give(anchor, kProcess, 0x54).id() == wire::Id::kDone);
    RSL_EXPECT_EQ(waiting(kProcess), 1u);
    anchor = UniqueFd();
    RSL_EXPECT(desk.settles([&] { return waiting(kProcess) == 0; }));
    struct stat about{};
    RSL_EXPECT_EQ(::stat(path.c_str(), &about), 0);
    desk.vm.self.reset();
    RSL_EXPECT(::stat(path.c_str(), &about) != 0);
}

RSL_TEST(Handover, ShowsWhatDriversListenTo)
{
    Desk desk;
    RSL_REQUIRE(desk.begin());
    auto page =
        supervisor::WinePageFile::create("/tmp/rsl-page-test-" + std::to_string(::getpid()));
    RSL_REQUIRE(page);
    desk.vm.self->show(std::move(*page));
    desk.vm.self->control_channel_for_test().header().listeners.store(wire::kListensProcess |
                                                                      wire::kListensImage);
    RSL_EXPECT(
        desk.settles([&] { return desk.vm.self->handover().page()->listeners.load() == 5; }));
}

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
