// SPDX-License-Identifier: GPL-2.0-only
// libRSL against the server's engine: every call, from one thread and from many.
#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/testing/test.hpp"
#include "shim/api/handle.hpp"
#include "shim/client/registry.hpp"
#include "tests/loopback/loopback_vm.hpp"

namespace rsl {
namespace {

using server::FakeNt;

RSL_TEST(Client, HearsOfRegistryChanges) {
    LoopbackVm vm;
    Client client{vm};
    RSL_REQUIRE(static_cast<bool>(client));
    client::Connection& connection = *client.get->connection;
    std::vector<client::RegistryChange> changes;
    RSL_EXPECT_EQ(client::next_registry_changes(connection, changes), client::kNoMoreEntries);
    std::atomic<bool> told = false;
    std::thread waiter([&] { told = client::wait_for_registry_changes(connection) == 0; });
    uint32_t watch = 0;
    RSL_EXPECT_EQ(client::watch_registry(connection, u"\\Registry\\Machine\\K", 0, watch), 0);
    RSL_EXPECT_EQ(watch, 7u);
    waiter.join();
    RSL_EXPECT(told.load());
    RSL_EXPECT_EQ(client::next_registry_changes(connection, changes), 0);
    RSL_REQUIRE(changes.size() == 1);
    RSL_EXPECT(changes[0].watch == 7 && changes[0].change == protocol::RegistryChange::kKeyMade && changes[0].key == u"ab" && changes[0].name.empty());
    client::RegistryValue value;
    RSL_EXPECT_EQ(client::read_registry_value(connection, u"K", u"", value), 0);
    RSL_EXPECT(value.type == 3 && value.data.size() == 4 && std::memcmp(value.data.data(), "data", 4) == 0);
}

RSL_TEST(Client, WaitingForRegistryChangesEndsWithTheVm) {
    LoopbackVm vm;
    Client client{vm};
    RSL_REQUIRE(static_cast<bool>(client));
    std::atomic<rsl_status> status = 0;
    std::thread waiter([&] { status = client::wait_for_registry_changes(*client.get->connection); });
    for (int i = 0; i < 5000 && vm.nt.blocked() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    vm.stop("it was switched off");
    waiter.join();
    RSL_EXPECT(status.load() < 0);
}

RSL_TEST(Client, RefusesRegistryNamesThatAreTooLong) {
    LoopbackVm vm;
    Client client{vm};
    RSL_REQUIRE(static_cast<bool>(client));
    const std::u16string key(protocol::kMaxKeyBytes / 2 + 1, u'k'), name(protocol::kMaxValueNameBytes / 2 + 1, u'n');
    client::Connection& connection = *client.get->connection;
    RSL_EXPECT_EQ(client::set_registry_value(connection, key, u"", 1, {}, 0), RSL_STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(client::set_registry_value(connection, u"K", name, 1, {}, 0), RSL_STATUS_INVALID_PARAMETER);
    RSL_EXPECT_EQ(client::set_registry_value(connection, u"K", u"", 1, {}, 0), 0);
}

/// A VM whose driver runs `touch` during a request of the client's.
struct BorrowingVm : LoopbackVm {
    int32_t call(rsl_client* client, std::function<server::Outcome()> touch) {
        nt.on_touch = std::move(touch);
        rsl_handle echo = 0;
        if (rsl_open(client, "\\\\.\\Echo", RSL_READ | RSL_WRITE, &echo) != 0) return -1;
        return rsl_ioctl(client, echo, FakeNt::kTouch, nullptr, 0, nullptr, 0, nullptr);
    }
    server::Outcome fetch(uint64_t address, protocol::FetchAccess access, std::byte* first = nullptr) {
        const auto lent = session->lending().fetch(address, 1, access);
        if (!lent) return {lent.failure().nt()};
        if (first != nullptr) *first = *lent->content;
        return {0};
    }
};
constexpr int32_t kAccessViolation = static_cast<int32_t>(0xC0000005);

RSL_TEST(Client, LendsItsMemoryAndTakesItBack) {
    BorrowingVm vm;
    Client client{vm};
    RSL_REQUIRE(static_cast<bool>(client));
    alignas(4096) static std::byte page[4096] = {std::byte{7}};
    const auto address = reinterpret_cast<uint64_t>(page);
    std::byte first{};
    RSL_EXPECT_EQ(vm.call(client.get, [&] { return vm.fetch(address, protocol::FetchAccess::kWrite, &first); }), 0);
    RSL_EXPECT(first == std::byte{7});
    RSL_EXPECT_EQ(vm.call(client.get, [&] { return vm.fetch(0x1000, protocol::FetchAccess::kRead); }), kAccessViolation);
    RSL_EXPECT_EQ(vm.call(client.get, [&]() -> server::Outcome {
        vm.session->lending().give_back(address + 5, std::as_bytes(std::span("abc", 3)));
        vm.session->lending().flush();
        return {0};
    }), 0);
    RSL_EXPECT(std::memcmp(page + 5, "abc", 3) == 0);
    RSL_EXPECT_EQ(rsl_ping(client.get), 0);
}

RSL_TEST(Client, KeepsItsMemoryWhenAskedTo) {
    BorrowingVm vm;
    Client client{vm, RSL_CONNECT_KEEP_MEMORY};
    RSL_REQUIRE(static_cast<bool>(client));
    static std::byte byte{};
    RSL_EXPECT_EQ(vm.call(client.get, [&] { return vm.fetch(reinterpret_cast<uint64_t>(&byte) & ~uint64_t{4095}, protocol::FetchAccess::kRead); }),
                  kAccessViolation);
    RSL_EXPECT_EQ(rsl_ping(client.get), 0);
}

RSL_TEST(Client, LeavesAVmThatAsksForMemoryInAWayThatMakesNoSense) {
    for (const uint64_t address : {uint64_t{0x1234}, uint64_t{0xFFFF800000000000}}) {
        BorrowingVm vm;
        Client client{vm};
        RSL_REQUIRE(static_cast<bool>(client));
        RSL_EXPECT_EQ(vm.call(client.get, [&] { return vm.fetch(address, protocol::FetchAccess::kRead); }), RSL_STATUS_DISCONNECTED);
        RSL_REQUIRE(rsl_disconnect_reason(client.get) != nullptr);
        RSL_EXPECT(std::strstr(rsl_disconnect_reason(client.get), "memory") != nullptr);
        vm.stop("the test is over");
    }
}

RSL_TEST(Client, OpensCallsReadsWritesAndCloses) {
    LoopbackVm vm;
    Client client{vm};
    RSL_REQUIRE(static_cast<bool>(client));
    RSL_EXPECT_EQ(rsl_process_id(client.get), 4321u);
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "\\\\.\\Echo", RSL_READ | RSL_WRITE, &echo) == 0);
    char answer[16] = {};
    size_t bytes = 0;
    RSL_EXPECT_EQ(rsl_ioctl(client.get, echo, FakeNt::kEcho, "hello", 6, answer, sizeof(answer), &bytes), 0);
    RSL_EXPECT_EQ(bytes, size_t{6});
    RSL_EXPECT(std::strcmp(answer, "hello") == 0);
    RSL_EXPECT_EQ(rsl_write(client.get, echo, 3, "abc", 3, &bytes), 0);
    char read[8] = {};
    RSL_EXPECT_EQ(rsl_read(client.get, echo, 4, read, 2, &bytes), 0);
    RSL_EXPECT(std::memcmp(read, "bc", 3) == 0);
    rsl_handle copy = 0;
    RSL_EXPECT_EQ(rsl_duplicate(client.get, echo, &copy), 0);
    RSL_EXPECT_EQ(rsl_close(client.get, echo), 0);
    RSL_EXPECT_EQ(rsl_close(client.get, echo), FakeNt::kInvalidHandle);
    RSL_EXPECT_EQ(rsl_close(client.get, copy), 0);
    RSL_EXPECT_EQ(vm.nt.open_handles(), size_t{0});
}

RSL_TEST(Client, MovesMoreThanTheArenaHolds) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle file = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ | RSL_WRITE, &file) == 0);
    std::string data(3 << 20, 'x');
    for (size_t i = 0; i < data.size(); i += 997) data[i] = static_cast<char>(i);
    size_t bytes = 0;
    RSL_EXPECT_EQ(rsl_write(client.get, file, 0, data.data(), data.size(), &bytes), 0);
    RSL_EXPECT_EQ(bytes, data.size());
    std::string back(data.size(), '\0');
    RSL_EXPECT_EQ(rsl_read(client.get, file, 0, back.data(), back.size(), &bytes), 0);
    RSL_EXPECT(back == data);
}

RSL_TEST(Client, RefusesAControlBufferThatCannotFit) {
    LoopbackVm vm;
    Client client{vm};
    std::string huge(2 << 20, 'x');
    RSL_EXPECT_EQ(rsl_ioctl(client.get, 4, FakeNt::kEcho, huge.data(), huge.size(), nullptr, 0, nullptr),
                  RSL_STATUS_TOO_LARGE);
    RSL_EXPECT(std::strstr(rsl_last_error(), "2097152") != nullptr);
}

RSL_TEST(Client, UsesArenaMemoryWithoutCopies) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    auto* memory = static_cast<char*>(rsl_alloc(client.get, 8192));
    RSL_REQUIRE(memory != nullptr);
    std::memcpy(memory, "zero copy", 10);
    RSL_EXPECT_EQ(rsl_ioctl(client.get, echo, FakeNt::kEcho, memory, 4096, memory + 4096, 4096, nullptr), 0);
    RSL_EXPECT(std::strcmp(memory + 4096, "zero copy") == 0);
    rsl_free(client.get, memory);
}

RSL_TEST(Client, RunsCallbacksInDispatch) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    std::multiset<uint64_t> done;
    char out[64][8];
    for (auto& buffer : out) {
        const rsl_request request = control(echo, FakeNt::kLater, "asynchr", buffer, 8);
        RSL_REQUIRE(rsl_submit(client.get, &request, [](void* context, uint64_t id, const rsl_result* result) {
            if (result->status == 0) static_cast<std::multiset<uint64_t>*>(context)->insert(id);
        }, &done, nullptr) == 0);
    }
    while (done.size() < 64) {
        pollfd wait{rsl_poll_fd(client.get), POLLIN, 0};
        RSL_REQUIRE(::poll(&wait, 1, 5000) == 1);  // the descriptor says when there is something
        RSL_REQUIRE(rsl_dispatch(client.get, 0) >= 0);
    }
    for (auto& buffer : out) RSL_EXPECT(std::strcmp(buffer, "asynchr") == 0);
}

RSL_TEST(Client, CallOrPendAnswersAtOnceWhatIsDoneAtOnce) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    char out[8] = {};
    const rsl_request request = control(echo, FakeNt::kEcho, "at once", out, 8);
    rsl_result result{};
    const auto never = [](void*, uint64_t, const rsl_result*) { RSL_EXPECT(false); };
    RSL_EXPECT_EQ(rsl_call_or_pend(client.get, &request, &result, never, nullptr, nullptr), 0);
    RSL_EXPECT_EQ(result.information, uint64_t{8});
    RSL_EXPECT(std::strcmp(out, "at once") == 0);
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 0), 0);
}

RSL_TEST(Client, CallOrPendLeavesTheRestToDispatch) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    const rsl_request request = control(echo, FakeNt::kHold, nullptr, nullptr, 0);
    rsl_status late = -1;
    uint64_t id = 0;
    const auto note = [](void* context, uint64_t, const rsl_result* result) {
        *static_cast<rsl_status*>(context) = result->status;
    };
    RSL_EXPECT_EQ(rsl_call_or_pend(client.get, &request, nullptr, note, &late, &id), RSL_STATUS_PENDING);
    RSL_EXPECT(id != 0);
    vm.nt.let_go();
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 5000), 1);
    RSL_EXPECT_EQ(late, 0);
}

RSL_TEST(Client, CallOrPendFromManyThreadsLosesNothing) {
    LoopbackVm vm{20};
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    std::atomic<int> late = 0, pended = 0, at_once = 0;
    std::atomic<bool> over = false;
    std::thread dispatcher([&] {
        while (!over.load() || late.load() < pended.load()) (void)rsl_dispatch(client.get, 10);
    });
    const auto count = [](void* context, uint64_t, const rsl_result*) { ++*static_cast<std::atomic<int>*>(context); };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                const uint32_t code = (i + t) % 2 != 0 ? FakeNt::kLater : FakeNt::kEcho;
                const rsl_request request = control(echo, code, nullptr, nullptr, 0);
                const auto status = rsl_call_or_pend(client.get, &request, nullptr, count, &late, nullptr);
                ++(status == RSL_STATUS_PENDING ? pended : at_once);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    over.store(true);
    dispatcher.join();
    RSL_EXPECT_EQ(pended.load() + at_once.load(), 800);
    RSL_EXPECT_EQ(late.load(), pended.load());
    RSL_EXPECT(at_once.load() >= 400);
}

RSL_TEST(Client, ThePollDescriptorIsQuietWhileNothingIsDone) {
    LoopbackVm vm{100};
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    const rsl_request request = control(echo, FakeNt::kHold, nullptr, nullptr, 0);
    RSL_REQUIRE(rsl_submit(client.get, &request, nullptr, nullptr, nullptr) == 0);
    for (int i = 0; i < 50; ++i) (void)rsl_ping(client.get);  // their bells are not ours
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 0), 0);
    pollfd wait{rsl_poll_fd(client.get), POLLIN, 0};
    RSL_EXPECT_EQ(::poll(&wait, 1, 50), 0);
    vm.nt.let_go();
    RSL_EXPECT_EQ(::poll(&wait, 1, 5000), 1);
    RSL_EXPECT_EQ(rsl_dispatch(client.get, 0), 1);
}

RSL_TEST(Client, TellsPendingFirstWhenAsked) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    for (const uint32_t code : {FakeNt::kSooner, FakeNt::kLater}) {
        std::vector<rsl_status> heard;
        rsl_request request = control(echo, code, "x", nullptr, 0);
        request.flags = RSL_TELL_PENDING;
        RSL_REQUIRE(rsl_submit(client.get, &request, [](void* context, uint64_t, const rsl_result* result) {
            static_cast<std::vector<rsl_status>*>(context)->push_back(result->status);
        }, &heard, nullptr) == 0);
        while (heard.size() < 2) RSL_REQUIRE(rsl_dispatch(client.get, 5000) > 0);
        RSL_EXPECT_EQ(heard[0], RSL_STATUS_PENDING);
        RSL_EXPECT_EQ(heard[1], 0);
    }
}

RSL_TEST(Client, CancelsByIdHandleAndAll) {
    LoopbackVm vm;
    Client client{vm, RSL_CONNECT_THREAD};
    rsl_handle echo = 0;
    RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
    std::atomic<int> cancelled = 0;
    const auto submit = [&] {
        uint64_t id = 0;
        const rsl_request request = control(echo, FakeNt::kHold, nullptr, nullptr, 0);
        (void)rsl_submit(client.get, &request, [](void* context, uint64_t, const rsl_result* result) {
            if (result->status == FakeNt::kCancelled) ++*static_cast<std::atomic<int>*>(context);
        }, &cancelled, &id);
        return id;
    };
    const uint64_t id = submit();
    for (int i = 0; i < 3; ++i) submit();
    RSL_EXPECT_EQ(rsl_cancel(client.get, id), 0);
    RSL_EXPECT_EQ(rsl_cancel_handle(client.get, echo), 0);
    for (int i = 0; i < 2; ++i) submit();
    RSL_EXPECT_EQ(rsl_cancel_all(client.get), 0);
    for (int i = 0; i < 5000 && cancelled < 6; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    RSL_EXPECT_EQ(cancelled.load(), 6);
    RSL_EXPECT_EQ(rsl_cancel(client.get, id), RSL_STATUS_NOT_FOUND);
}

RSL_TEST(Client, ServesManyThreadsAtOnce) {
    for (const uint32_t spin_us : {0u, 100u}) {
        LoopbackVm vm{spin_us};
        Client client{vm};
        rsl_handle echo = 0;
        RSL_REQUIRE(rsl_open(client.get, "Echo", RSL_READ, &echo) == 0);
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 300; ++i) {
                    const std::string text = std::to_string(t) + ":" + std::to_string(i);
                    char out[32] = {};
                    const uint32_t code = i % 3 == 0 ? FakeNt::kLater : FakeNt::kEcho;
                    const auto status = rsl_ioctl(client.get, echo, code, text.c_str(), text.size(), out, sizeof(out) - 1, nullptr);
                    if (status != 0 || text != out) ++wrong;
                }
            });
        }
        for (auto& thread : threads) thread.join();
        RSL_EXPECT_EQ(wrong.load(), 0);
    }
}

RSL_TEST(Client, WaitsForEventsAndTimesOut) {
    LoopbackVm vm;
    Client client{vm};
    rsl_handle event = 0;
    RSL_REQUIRE(rsl_create_event(client.get, 0, 0, &event) == 0);
    RSL_EXPECT_EQ(rsl_wait(client.get, event, 10), RSL_STATUS_TIMEOUT);
    std::thread setter([&] { (void)rsl_set_event(client.get, event); });
    RSL_EXPECT_EQ(rsl_wait(client.get, event, -1), 0);
    setter.join();
}

RSL_TEST(Client, LoadsDriversLargerThanTheArena) {
    LoopbackVm vm;
    Client client{vm};
    const std::string image(2 << 20, 'm');
    rsl_driver_report report;
    RSL_EXPECT_EQ(rsl_load_driver(client.get, "echo", image.data(), image.size(), &report), 0);
    RSL_EXPECT_EQ(report.image_bytes, image.size());
    RSL_EXPECT(std::strcmp(report.text, "ok") == 0);
    RSL_EXPECT_EQ(rsl_verify_driver(client.get, "echo", 0x10, 7, 600), 0);
    RSL_EXPECT(rsl_verify_driver(client.get, "echo", 0x10, 7, 10'001) < 0);
    RSL_EXPECT(rsl_verify_driver(client.get, "", 0x10, 7, 600) < 0);
    RSL_EXPECT_EQ(rsl_unload_driver(client.get, "echo", nullptr), 0);
    RSL_EXPECT(rsl_unload_driver(client.get, "echo", nullptr) < 0);
    RSL_EXPECT_EQ(rsl_load_driver_file(client.get, nullptr, "/nonexistent.sys", nullptr), RSL_STATUS_NOT_FOUND);
}

RSL_TEST(Client, ListsLinksAndInspects) {
    LoopbackVm vm;
    Client client{vm};
    std::string seen;
    RSL_EXPECT_EQ(rsl_list_directory(client.get, "\\Device", [](void* context, const char* name, const char* type) {
        *static_cast<std::string*>(context) += std::string(name) + "(" + type + ")";
        return 0;
    }, &seen), 0);
    RSL_EXPECT(seen == "Echo(Device)Null(Device)");
    char target[64];
    RSL_EXPECT_EQ(rsl_read_link(client.get, "\\??\\Echo", target, sizeof(target)), 0);
    RSL_EXPECT(std::strcmp(target, "\\Device\\Echo") == 0);
    char json[64];
    size_t needed = 0;
    RSL_EXPECT_EQ(rsl_inspect(client.get, "kernel/io", json, sizeof(json), &needed), 0);
    RSL_EXPECT(std::strcmp(json, "{\"path\":\"kernel/io\"}") == 0);
    RSL_EXPECT_EQ(rsl_inspect(client.get, "kernel/io", json, 5, &needed), RSL_STATUS_BUFFER_TOO_SMALL);
    RSL_EXPECT_EQ(needed, size_t{20});
    RSL_EXPECT_EQ(vm.nt.open_handles(), size_t{0});
}

}  // namespace
}  // namespace rsl
