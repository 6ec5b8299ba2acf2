// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/event_loop.hpp"

#include <sys/eventfd.h>

#include <vector>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;
using namespace std::chrono_literals;

namespace {
UniqueFd ready_fd() { return UniqueFd(::eventfd(1, EFD_CLOEXEC)); }
}  // namespace

RSL_TEST(EventLoop, CallsWhoIsReady)
{
    auto loop = EventLoop::create();
    RSL_REQUIRE(loop);
    const UniqueFd ready = ready_fd();
    int calls = 0;
    (*loop)->watch(ready.get(), [&] { ++calls; });
    (*loop)->run_once(0ms);
    RSL_EXPECT_EQ(calls, 1);
    (*loop)->unwatch(ready.get());
    (*loop)->run_once(0ms);
    RSL_EXPECT_EQ(calls, 1);
}
RSL_TEST(EventLoop, CallbackMayRemoveItselfAndOthers)
{
    auto loop = EventLoop::create();
    RSL_REQUIRE(loop);
    const UniqueFd a = ready_fd(), b = ready_fd();
    int calls = 0;
    const auto remove_both = [&] {
        ++calls;
        (*loop)->unwatch(a.get());
        (*loop)->unwatch(b.get());
    };
    (*loop)->watch(a.get(), remove_both);
    (*loop)->watch(b.get(), remove_both);
    (*loop)->run_once(0ms);
    RSL_EXPECT_EQ(calls, 1);
}
RSL_TEST(EventLoop, TimersRunInOrderAndCanBeCancelled)
{
    auto loop = EventLoop::create();
    RSL_REQUIRE(loop);
    std::vector<int> order;
    (*loop)->after(2ms, [&] {
        order.push_back(2);
        (*loop)->quit();
    });
    (*loop)->after(1ms, [&] { order.push_back(1); });
    const auto cancelled = (*loop)->after(0ms, [&] { order.push_back(0); });
    (*loop)->cancel(cancelled);
    (*loop)->run();
    RSL_REQUIRE(order.size() == 2);
    RSL_EXPECT(order[0] == 1 && order[1] == 2);
}
