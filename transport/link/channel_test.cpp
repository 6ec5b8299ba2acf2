// SPDX-License-Identifier: GPL-2.0-only
#include "transport/link/channel.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::transport {
namespace {

bool readable(int fd) {
    pollfd wait{fd, POLLIN, 0};
    return ::poll(&wait, 1, 0) == 1;
}

/// Reads one message as QEMU does.
struct IvshmemMessage {
    int64_t number = -99;
    UniqueFd fd;
    explicit IvshmemMessage(int socket) {
        iovec part{&number, sizeof(number)};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        if (::recvmsg(socket, &message, MSG_DONTWAIT) != sizeof(number)) number = -98;
        if (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr) {
            int raw;
            std::memcpy(&raw, CMSG_DATA(head), sizeof(raw));
            fd = UniqueFd{raw};
        }
    }
};

RSL_TEST(Channel, SealsItsMemoryAgainstAHostileClient) {
    auto channel = Channel::create(ChannelKind::kClient, kDefaultChannelBytes, 0);
    RSL_REQUIRE(static_cast<bool>(channel));
    auto fds = channel->duplicate();
    RSL_REQUIRE(static_cast<bool>(fds));
    RSL_EXPECT(::ftruncate(fds->memory.get(), 4096) < 0);
    RSL_EXPECT(::ftruncate(fds->memory.get(), 2 << 20) < 0);
}

RSL_TEST(Channel, GivesQemuTheFiveMessages) {
    auto channel = Channel::create(ChannelKind::kClient, kDefaultChannelBytes, 0);
    RSL_REQUIRE(static_cast<bool>(channel));
    auto socket = channel->connect_qemu();
    RSL_REQUIRE(static_cast<bool>(socket));
    const IvshmemMessage version{socket->get()}, id{socket->get()}, memory{socket->get()},
        host{socket->get()}, guest{socket->get()};
    RSL_EXPECT_EQ(version.number, 0);
    RSL_EXPECT_EQ(id.number, 0);
    RSL_EXPECT_EQ(memory.number, -1);
    RSL_EXPECT_EQ(host.number, 1);
    RSL_EXPECT_EQ(guest.number, 0);
    RSL_REQUIRE(memory.fd && host.fd && guest.fd);
    RSL_EXPECT(static_cast<bool>(Mapping::map(memory.fd.get(), kDefaultChannelBytes)));
    ring(host.fd.get());  // the guest rings us
    RSL_EXPECT(readable(channel->wake_fd()));
    channel->ring_guest();
    RSL_EXPECT(readable(guest.fd.get()));
}

RSL_TEST(Channel, RecyclingLeavesNothingOfTheLastClient) {
    auto channel = Channel::create(ChannelKind::kClient, kDefaultChannelBytes, 0);
    RSL_REQUIRE(static_cast<bool>(channel));
    const auto view = ChannelView::of(&channel->header(), channel->bytes());
    RSL_REQUIRE(view.has_value());
    view->arena()[0] = std::byte{42};
    view->header().submission.tail = 7;
    channel->detach_client();
    RSL_EXPECT(view->header().host_state.load() == HostState::kGone);
    channel->recycle(100);
    RSL_EXPECT(view->arena()[0] == std::byte{0});
    RSL_EXPECT_EQ(view->header().submission.tail.load(), 0u);
    RSL_EXPECT_EQ(view->header().generation.load(), 1u);
    RSL_EXPECT(view->header().host_state.load() == HostState::kVacant);
    RSL_EXPECT(ChannelView::of(&channel->header(), channel->bytes()).has_value());
}

RSL_TEST(Channel, RefusesSizesThatNoBarHas) {
    RSL_EXPECT(!Channel::create(ChannelKind::kClient, 1000 * 1000, 0));
}

RSL_TEST(Mapping, RefusesUnsealedMemory) {
    UniqueFd fd{::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    RSL_REQUIRE(::ftruncate(fd.get(), 1 << 20) == 0);
    RSL_EXPECT(!Mapping::map(fd.get(), 1 << 20));
}

}  // namespace
}  // namespace rsl::transport
