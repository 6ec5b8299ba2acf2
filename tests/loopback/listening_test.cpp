// SPDX-License-Identifier: GPL-2.0-only
// A thread that waits in dispatch() leads nobody: calls of other threads do not need it.
#include <semaphore.h>
#include <signal.h>
#include <sys/syscall.h>

#include <fstream>
#include <string>

#include "base/testing/test.hpp"
#include "tests/loopback/loopback_vm.hpp"

namespace rsl {
namespace {

using server::FakeNt;

sem_t stopped, go_on;

/// Keeps the thread that it interrupts.
void stop_here(int) {
    sem_post(&stopped);
    while (sem_wait(&go_on) != 0) {
    }
}

/// Whether a thread sleeps, as the kernel says.
bool sleeps(pid_t thread) {
    std::ifstream stat("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    const size_t name_end = text.rfind(')');
    return name_end != std::string::npos && text.compare(name_end, 3, ") S") == 0;
}

RSL_TEST(Client, CallsGoOnWhileWhoDispatchesIsKept) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    const rsl_request held = control(echo, FakeNt::kHold, nullptr, nullptr, 0);
    std::atomic<int> done = 0;
    const auto count = [](void* context, uint64_t, const rsl_result*) { ++*static_cast<std::atomic<int>*>(context); };
    RSL_EXPECT_EQ(rsl_call_or_pend(client.get, &held, nullptr, count, &done, nullptr), RSL_STATUS_PENDING);
    std::atomic<pid_t> tid = 0;
    std::thread dispatcher([&] {
        tid = static_cast<pid_t>(::syscall(SYS_gettid));
        while (done.load() == 0) (void)rsl_dispatch(client.get, -1);
    });
    while (tid.load() == 0 || !sleeps(tid.load())) std::this_thread::yield();

    sem_init(&stopped, 0, 0);
    sem_init(&go_on, 0, 0);
    struct sigaction action {};
    action.sa_handler = stop_here;
    sigaction(SIGUSR1, &action, nullptr);
    pthread_kill(dispatcher.native_handle(), SIGUSR1);
    sem_wait(&stopped);
    for (int i = 0; i < 100; ++i) RSL_EXPECT_EQ(rsl_ping(client.get), 0);
    RSL_EXPECT_EQ(done.load(), 0);
    vm.nt.let_go();
    sem_post(&go_on);
    dispatcher.join();
    RSL_EXPECT_EQ(done.load(), 1);
}

}  // namespace
}  // namespace rsl
