// SPDX-License-Identifier: GPL-2.0-only
// Handles that Wine's programs give to each other.
#include "host/supervisor/handover.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/test.hpp"
#include "host/supervisor/test_desk.hpp"

using namespace rsl;
using namespace std::chrono_literals;
namespace wire = protocol::supervisor;
using protocol::MessageId;
using namespace supervisor::testing;

namespace {

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
    struct stat about {};
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
