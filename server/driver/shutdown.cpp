// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/shutdown.hpp"

#include "server/driver/stations.hpp"

namespace rsl::server {
namespace {

/// Programs end before drivers hear of the shutdown, but a program that a driver keeps must not keep the
/// drivers from hearing of it.
constexpr int64_t kSessionPatienceMs = 1000;

constinit KEVENT requested = {};
constinit std::atomic<transport::ChannelHeader*> control = nullptr;

/// The host reads the name when it has to cut the shutdown short.
VOID NTAPI tell_host(PVOID, PCSTR driver) {
    char(&text)[sizeof(transport::ChannelHeader::close_text)] =
        control.load(std::memory_order_acquire)->close_text;  // pairs with request_shutdown()
    size_t length = 0;
    for (; length + 1 < sizeof(text) && driver[length] != '\0'; ++length) text[length] = driver[length];
    text[length] = '\0';
}

VOID NTAPI run(PVOID) {
    KeWaitForSingleObject(&requested, Executive, KernelMode, FALSE, nullptr);
    end_client_sessions(kSessionPatienceMs);
    RslNotifyShutdown(&tell_host, nullptr);
    RslPowerOff(RSL_POWER_OFF_IN_ORDER);
}

}  // namespace

NTSTATUS start_shutdown_thread() {
    KeInitializeEvent(&requested, NotificationEvent, FALSE);
    OBJECT_ATTRIBUTES unnamed = {sizeof(unnamed), nullptr, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr};
    HANDLE thread = nullptr;
    const NTSTATUS status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &unnamed, nullptr, nullptr, &run, nullptr);
    if (status >= 0) ZwClose(thread);
    return status;
}

void request_shutdown(transport::ChannelHeader& header) {
    control.store(&header, std::memory_order_release);  // pairs with tell_host()
    KeSetEvent(&requested, EVENT_INCREMENT, FALSE);
}

}  // namespace rsl::server
