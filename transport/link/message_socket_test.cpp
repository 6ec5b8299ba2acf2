// SPDX-License-Identifier: GPL-2.0-only
#include "transport/link/message_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>

#include "base/testing/test.hpp"

namespace rsl::transport {
namespace {

struct SocketPair {
    UniqueFd left, right;
    SocketPair() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0) {
            left = UniqueFd{ends[0]};
            right = UniqueFd{ends[1]};
        }
    }
};

RSL_TEST(MessageSocket, CarriesDescriptorsAndKeepsThemFromChildren) {
    SocketPair pair;
    const std::array<std::byte, 3> bytes{std::byte{1}, std::byte{2}, std::byte{3}};
    const int fds[] = {0, 1};
    RSL_REQUIRE(static_cast<bool>(send_datagram(pair.left.get(), bytes, fds)));
    std::array<std::byte, 16> buffer;
    auto received = receive_datagram(pair.right.get(), buffer, 1000);
    RSL_REQUIRE(static_cast<bool>(received));
    RSL_EXPECT_EQ(received->bytes, size_t{3});
    RSL_REQUIRE(received->fds.size() == 2);
    RSL_EXPECT((::fcntl(received->fds[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
}

RSL_TEST(MessageSocket, SaysThatThePeerHasGone) {
    SocketPair pair;
    pair.left = UniqueFd{};
    std::array<std::byte, 16> buffer;
    auto received = receive_datagram(pair.right.get(), buffer, 1000);
    RSL_REQUIRE(static_cast<bool>(received));
    RSL_EXPECT_EQ(received->bytes, size_t{0});
    RSL_EXPECT(!send_datagram(pair.right.get(), buffer));  // and no SIGPIPE
}

RSL_TEST(MessageSocket, RefusesADatagramThatWasCut) {
    SocketPair pair;
    const std::array<std::byte, 32> bytes{};
    RSL_REQUIRE(static_cast<bool>(send_datagram(pair.left.get(), bytes)));
    std::array<std::byte, 16> buffer;
    RSL_EXPECT(!receive_datagram(pair.right.get(), buffer, 1000));
}

RSL_TEST(MessageSocket, KnowsWhoIsAtTheOtherEnd) {
    SocketPair pair;
    const auto peer = peer_credentials(pair.left.get());
    RSL_REQUIRE(static_cast<bool>(peer));
    RSL_EXPECT_EQ(peer.value().uid, ::getuid());
}

RSL_TEST(MessageSocket, RefusesNamesThatWouldLeaveTheDirectory) {
    for (const char* name : {"", "../x", "a/b", ".hidden"}) RSL_EXPECT(!vm_socket_path(name));
    RSL_EXPECT(static_cast<bool>(vm_socket_path("default")));
}

}  // namespace
}  // namespace rsl::transport
