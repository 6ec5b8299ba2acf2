// SPDX-License-Identifier: GPL-2.0-only
// Against fake_qemu.cpp, which runs confined as QEMU would.
#include "host/vm/machine.hpp"

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    explicit Fixture(const std::string& mode) {
        auto made = EventLoop::create();
        auto ring = transport::Channel::create(transport::ChannelKind::kControl,
                                               transport::kMinChannelBytes, 0);
        if (!made || !ring) return;
        loop = std::move(*made);
        control = std::make_unique<transport::Channel>(std::move(*ring));
        auto launched = Machine::launch(
            {.name = "test",
             .options = {.accel = AccelChoice::kTcg, .kernel_arguments = "fake=" + mode},
             .files = {.qemu = RSL_FAKE_QEMU,
                       .firmware = "/f",
                       .share = "/s",
                       .kernel = "/s/k",
                       .archive = "/s/a"},
             .control = *control});
        if (!launched) {
            error = launched.failure().text();
            return;
        }
        machine = std::move(*launched);
        machine->connect(*loop, [this](const MachineEnd& how) { end = how; });
    }
    template <typename Condition>
    bool wait_for(Condition condition) {
        const auto limit = std::chrono::steady_clock::now() + 10s;
        while (!condition() && std::chrono::steady_clock::now() < limit) loop->run_once(50ms);
        return condition();
    }
    bool wait_for_end() {
        return machine != nullptr && wait_for([this] { return end.has_value(); });
    }
    std::unique_ptr<EventLoop> loop;
    std::unique_ptr<transport::Channel> control;
    std::unique_ptr<Machine> machine;
    std::optional<MachineEnd> end;
    std::string error;
};

}  // namespace

RSL_TEST(Machine, TellsWhyItDidNotBoot)
{
    Fixture vm("boot-failure");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT(vm.end->kind == MachineEnd::Kind::kBootFailed);
    RSL_EXPECT(vm.end->sentence == "the VM did not boot: no memory below 4 GB");
    RSL_EXPECT_EQ(vm.end->console.size(), 2u);
}
RSL_TEST(Machine, KeepsTheReportOfABugCheck)
{
    Fixture vm("bug-check");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_REQUIRE(vm.end->report.has_value());
    RSL_EXPECT(vm.end->report->driver == "crash.sys");
    RSL_EXPECT(vm.end->rsl_exit_code() == ExitCode::kDriverCrashed);
}
RSL_TEST(Machine, KnowsAnOrderlyEnd)
{
    Fixture vm("power-off");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT(vm.end->kind == MachineEnd::Kind::kStopped);
}
RSL_TEST(Machine, KnowsAReset)
{
    Fixture vm("reset");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT(vm.end->kind == MachineEnd::Kind::kReset);
}
RSL_TEST(Machine, PassesQemusOwnWordsOn)
{
    Fixture vm("refused");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT(vm.end->sentence == "QEMU did not start the VM: qemu: could not do it");
}
RSL_TEST(Machine, NamesTheSignal)
{
    Fixture vm("signal");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT(vm.end->kind != MachineEnd::Kind::kStopped);  // ASan turns the signal into a status
}
RSL_TEST(Machine, DrainsANoisyConsole)
{
    Fixture vm("noise");
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT_EQ(vm.end->console.size(), Console::kKeptLines);
}
RSL_TEST(Machine, StopsWhatHangs)
{
    Fixture vm("hang");
    RSL_REQUIRE(vm.machine != nullptr);
    vm.machine->stop();
    RSL_REQUIRE(vm.wait_for_end());
    RSL_EXPECT(vm.end->kind == MachineEnd::Kind::kStopped);
}
RSL_TEST(Machine, PlugsAndUnplugsARing)
{
    Fixture vm("qmp");
    RSL_REQUIRE(vm.machine != nullptr);
    auto ring =
        transport::Channel::create(transport::ChannelKind::kClient, transport::kMinChannelBytes, 0);
    RSL_REQUIRE(ring);
    std::string steps;
    vm.machine->plug(0, "ring1", *ring,
                     [&](HostResult<void> r) { steps += r ? "plugged " : r.failure().text(); });
    RSL_REQUIRE(vm.wait_for([&] { return !steps.empty(); }));
    vm.machine->unplug("ring1",
                       [&](HostResult<void> r) { steps += r ? "unplugged" : r.failure().text(); },
                       [&] { steps += "slow "; });
    RSL_REQUIRE(vm.wait_for([&] { return steps.size() > 8; }));
    RSL_EXPECT(steps == "plugged unplugged");
}
RSL_TEST(Machine, AsksTheGuestAgainWhenItDoesNotLetGo)
{
    Fixture vm("deaf-once");
    RSL_REQUIRE(vm.machine != nullptr);
    auto ring =
        transport::Channel::create(transport::ChannelKind::kClient, transport::kMinChannelBytes, 0);
    RSL_REQUIRE(ring);
    std::string steps;
    vm.machine->plug(0, "ring1", *ring, [&](HostResult<void>) { steps += "plugged "; });
    RSL_REQUIRE(vm.wait_for([&] { return !steps.empty(); }));
    vm.machine->unplug("ring1",
                       [&](HostResult<void> r) { steps += r ? "unplugged" : r.failure().text(); },
                       [&] { steps += "slow "; });
    RSL_REQUIRE(vm.wait_for([&] { return steps.ends_with("unplugged"); }));
    RSL_EXPECT(steps == "plugged slow unplugged");
}
RSL_TEST(Machine, SaysWhenAPortIsMissing)
{
    Fixture vm("qmp");
    RSL_REQUIRE(vm.machine != nullptr);
    auto ring =
        transport::Channel::create(transport::ChannelKind::kClient, transport::kMinChannelBytes, 0);
    RSL_REQUIRE(ring);
    std::string answer;
    vm.machine->plug(9, "ring1", *ring,
                     [&](HostResult<void> r) { answer = r ? "plugged" : r.failure().text(); });
    RSL_REQUIRE(vm.wait_for([&] { return !answer.empty(); }));
    RSL_EXPECT(answer == "QEMU: Bus 'port9' not found");
}
RSL_TEST(Machine, FailsToStartWhatIsNoProgram)
{
    auto ring = transport::Channel::create(transport::ChannelKind::kControl,
                                           transport::kMinChannelBytes, 0);
    RSL_REQUIRE(ring);
    const auto machine = Machine::launch({.name = "test",
                                          .options = {.accel = AccelChoice::kTcg},
                                          .files = {.qemu = "/nonexistent/bin/qemu"},
                                          .control = *ring});
    RSL_EXPECT(!machine);
}
