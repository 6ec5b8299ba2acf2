// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/qmp.hpp"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;

namespace {

/// QEMU's end of the pair, driven by hand.
struct FakeQemu {
    FakeQemu() {
        std::array<int, 2> pair{};
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data());
        end = UniqueFd(pair[0]);
        ours = UniqueFd(pair[1]);
    }
    void say(const std::string& text) { (void)!::write(end.get(), text.data(), text.size()); }
    std::string heard(int* received_fd = nullptr) {
        char buffer[4096];
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
        iovec part{buffer, sizeof(buffer)};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        std::string all;
        for (ssize_t got; message.msg_controllen = sizeof(control),
                          (got = ::recvmsg(end.get(), &message, 0)) > 0;) {
            all.append(buffer, static_cast<size_t>(got));
            const cmsghdr* header = CMSG_FIRSTHDR(&message);
            if (header != nullptr && received_fd != nullptr)
                std::memcpy(received_fd, CMSG_DATA(header), sizeof(int));
        }
        return all;
    }
    UniqueFd end, ours;
};

}  // namespace

RSL_TEST(Qmp, NegotiatesBeforeTheFirstCommandOnly)
{
    FakeQemu qemu;
    Qmp qmp(std::move(qemu.ours));
    qmp.execute("stop", nullptr, [](HostResult<void>) {});
    qmp.execute("cont", nullptr, [](HostResult<void>) {});
    RSL_EXPECT(
        qemu.heard() ==
        "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"stop\"}\n{\"execute\":\"cont\"}\n");
}
RSL_TEST(Qmp, AnswersCommandsInOrder)
{
    FakeQemu qemu;
    Qmp qmp(std::move(qemu.ours));
    std::string answers;
    qmp.execute("a", nullptr, [&](HostResult<void> r) { answers += r ? "a" : "A"; });
    qmp.execute("b", nullptr, [&](HostResult<void> r) { answers += r ? "b" : r.failure().text(); });
    qemu.say("{\"QMP\":{}}\n{\"return\":{}}\n{\"return\":{}}\n{\"error\":{\"class\":\"x\",\"de");
    RSL_EXPECT(qmp.on_readable());
    RSL_EXPECT(answers == "a");
    qemu.say("sc\":\"no slot\"}}\n");
    RSL_EXPECT(qmp.on_readable());
    RSL_EXPECT(answers == "aQEMU: no slot");
}
RSL_TEST(Qmp, TellsEventsApart)
{
    FakeQemu qemu;
    Qmp qmp(std::move(qemu.ours));
    std::string deleted;
    qmp.on_event = [&](const std::string& name, const nlohmann::json& data) {
        if (name == "DEVICE_DELETED") deleted = data.value("device", "");
    };
    qemu.say("{\"event\":\"DEVICE_DELETED\",\"data\":{\"device\":\"ring1\"}}\n");
    qmp.on_readable();
    RSL_EXPECT(deleted == "ring1");
}
RSL_TEST(Qmp, FailsWhatIsLeftWhenQemuGoes)
{
    FakeQemu qemu;
    Qmp qmp(std::move(qemu.ours));
    int failed = 0;
    qmp.execute("a", nullptr, [&](HostResult<void> r) { failed += r ? 0 : 1; });
    qemu.end = UniqueFd();
    RSL_EXPECT(!qmp.on_readable());
    RSL_EXPECT_EQ(failed, 1);
}
RSL_TEST(Qmp, PassesADescriptor)
{
    FakeQemu qemu;
    Qmp qmp(std::move(qemu.ours));
    qmp.execute("getfd", {{"fdname", "f"}}, [](HostResult<void>) {}, 0);
    int received = -1;
    RSL_EXPECT(qemu.heard(&received).find("getfd") != std::string::npos);
    RSL_EXPECT(received >= 0);
    UniqueFd close_it(received);
}
RSL_TEST(Qmp, IgnoresNonsense)
{
    FakeQemu qemu;
    Qmp qmp(std::move(qemu.ours));
    qemu.say("garbage\n[1]\n{\"return\":{}}\n\n{\"event\":3}\n");
    RSL_EXPECT(qmp.on_readable());
}
