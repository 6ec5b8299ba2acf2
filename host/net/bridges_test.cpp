// SPDX-License-Identifier: GPL-2.0-only
#include "host/net/bridges.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::net;

namespace {

/// A runtime directory of the test's own.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/rsl-net-XXXXXX";
        path_ = ::mkdtemp(name);
        ::setenv("RSL_RUNTIME_DIR", (path_ + "/run").c_str(), 1);
    }
    ~Folder() {
        ::unsetenv("RSL_RUNTIME_DIR");
        std::filesystem::remove_all(path_);
    }

  private:
    std::string path_;
};

/// Answers one question, and hangs up at the second.
void answer(int listener, const char* text) {
    pollfd ready{listener, POLLIN, 0};
    ::poll(&ready, 1, 5000);
    const UniqueFd peer(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    char word[16];
    (void)!::read(peer.get(), word, sizeof(word));
    (void)!::write(peer.get(), text, std::strlen(text));
    (void)!::read(peer.get(), word, sizeof(word));
}

}  // namespace

RSL_TEST(Bridges, AnswerAndEnd)
{
    Folder folder;
    auto listener = listen_for("vm", 3);
    RSL_EXPECT(static_cast<bool>(listener));
    std::thread bridge(answer, listener->fd(), R"({"tap": "rsl7", "device": "ROOT\\NIC\\0000"})");
    const auto found = running_bridges();
    RSL_EXPECT_EQ(found.size(), size_t{1});
    RSL_EXPECT(is_named(found[0], "rsl7") && is_named(found[0], "root\\nic\\0000"));
    RSL_EXPECT(!is_named(found[0], "rsl") && !is_named(found[0], ""));
    RSL_EXPECT(static_cast<bool>(end_bridge(found[0])));
    bridge.join();
}
RSL_TEST(Bridges, OneThatAnswersNonsenseIsLeftOut)
{
    Folder folder;
    auto listener = listen_for("vm", 3);
    std::thread bridge(answer, listener->fd(), "[");
    RSL_EXPECT(running_bridges().empty());
    bridge.join();
}
RSL_TEST(Bridges, TwoOfOneAdapterAreRefused)
{
    Folder folder;
    auto first = listen_for("vm", 3);
    RSL_EXPECT(static_cast<bool>(first));
    RSL_EXPECT(!listen_for("vm", 3));
    RSL_EXPECT(static_cast<bool>(listen_for("vm", 4)));
    first->abandon();  // as when it died
    {
        const auto gone = std::move(*first);
    }
    RSL_EXPECT(static_cast<bool>(listen_for("vm", 3)));
}
