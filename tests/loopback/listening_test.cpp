// SPDX-License-Identifier: GPL-2.0-only
// A thread that sleeps leads nobody, whether it waits in dispatch() or for a call of its own: calls of other threads do not need it.
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

/// Keeps a thread where it sleeps, until release().
class Kept {
  public:
    explicit Kept(std::thread& thread, const std::atomic<pid_t>& id) {
        while (id.load() == 0 || !sleeps(id.load())) std::this_thread::yield();
        sem_init(&stopped, 0, 0);
        sem_init(&go_on, 0, 0);
        struct sigaction action {};
        action.sa_handler = stop_here;
        sigaction(SIGUSR1, &action, nullptr);
        pthread_kill(thread.native_handle(), SIGUSR1);
        sem_wait(&stopped);
    }
    void release() { sem_post(&go_on); }
};

pid_t own_id() { return static_cast<pid_t>(::syscall(SYS_gettid)); }

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
        tid = own_id();
        while (done.load() == 0) (void)rsl_dispatch(client.get, -1);
    });
    Kept kept{dispatcher, tid};
    for (int i = 0; i < 100; ++i) RSL_EXPECT_EQ(rsl_ping(client.get), 0);
    RSL_EXPECT_EQ(done.load(), 0);
    vm.nt.let_go();
    kept.release();
    dispatcher.join();
    RSL_EXPECT_EQ(done.load(), 1);
}

/// A thread in a call that a driver keeps.
struct Caller {
    Caller(rsl_client* client, rsl_handle echo)
        : thread([this, client, echo] {
              id = own_id();
              const rsl_request held = control(echo, FakeNt::kHold, nullptr, nullptr, 0);
              status = rsl_call(client, &held, nullptr);
          }) {}
    std::atomic<pid_t> id = 0;
    std::atomic<rsl_status> status = -1;
    std::thread thread;
};

RSL_TEST(Client, WhoListensHandsThatOn) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    for (int round = 0; round < 50; ++round) {
        Caller first{client.get, echo}, second{client.get, echo}, third{client.get, echo};
        for (Caller* caller : {&first, &second, &third}) {
            while (caller->id.load() == 0 || !sleeps(caller->id.load())) std::this_thread::yield();
        }
        for (int i = 0; i < 3; ++i) {  // the oldest first: it is the one that listens
            vm.nt.let_one_go();
            for (int ping = 0; ping < round % 3; ++ping) RSL_EXPECT_EQ(rsl_ping(client.get), 0);
        }
        for (Caller* caller : {&first, &second, &third}) {
            caller->thread.join();
            RSL_EXPECT_EQ(caller->status.load(), 0);
        }
    }
}

}  // namespace
}  // namespace rsl
