// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/completion.hpp"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <new>
#include <utility>

#include "abi/types/status.h"
#include "shim/api/handle.hpp"
#include "shim/wine/deferred_signals.hpp"
#include "shim/wine/handover.hpp"
#include "shim/wine/hook.hpp"
#include "shim/wine/own_objects.hpp"
#include "shim/wine/own_thread.hpp"
#include "shim/wine/page.hpp"
#include "shim/wine/signal_guard.hpp"
#include "shim/wine/waiting_calls.hpp"

namespace rsl::wine {

namespace {

constexpr uint64_t kCurrentProcess = ~uint64_t{0};
constexpr uint32_t kDuplicateSameAccess = 2;
constexpr uint32_t kSkipPortOnSuccess = 1, kSkipSetEvent = 2;  // FILE_SKIP_*
constexpr int kTurnMs = 100;
constexpr uint64_t kThreadSetContext = 0x10;

/// An overlapped request. It can be done before the thread that issues it has come back from
/// asking; so whoever comes second, that thread or the one that hears of the end, tells the end and
/// frees this.
struct Outstanding {
    enum Phase : uint8_t { kIssuing, kArmed, kFinished };
    FileReference file;
    Destination destination;
    uint32_t thread;
    std::atomic<uint8_t> phase = kIssuing;
    uint64_t id = 0;  // known once armed
    rsl_result result{};
    Outstanding* next = nullptr;
    Outstanding* previous = nullptr;
};

/// All that pend, so that they can be cancelled.
class OutstandingList {
  public:
    void add(Outstanding& request) {
        std::lock_guard guard{mutex_};
        request.next = head_;
        if (head_ != nullptr) head_->previous = &request;
        head_ = &request;
    }
    void remove(Outstanding& request) {
        std::lock_guard guard{mutex_};
        if (request.next != nullptr) request.next->previous = request.previous;
        (request.previous != nullptr ? request.previous->next : head_) = request.next;
    }
    /// The ids of some that match; fewer than `most`: that was all.
    template <typename Matches>
    size_t collect(uint64_t* ids, size_t most, Matches matches) {
        std::lock_guard guard{mutex_};
        size_t count = 0;
        for (const Outstanding* request = head_; request != nullptr && count < most;
             request = request->next) {
            if (matches(*request)) ids[count++] = request->id;
        }
        return count;
    }

  private:
    std::mutex mutex_;
    Outstanding* head_ = nullptr;
};

constinit OutstandingList outstanding;

void queue_apc(uint32_t thread, const Destination& destination) {
    struct ClientId {
        uint64_t process, thread;
    } id{0, thread};
    OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof(attributes);
    uint64_t handle = 0;
    if (call_ntdll("NtOpenThread", {word(&handle), kThreadSetContext, word(&attributes), word(&id)}) < 0)
        return;  // it has ended
    (void)call_ntdll("NtQueueApcThread", {handle, destination.apc, destination.apc_context,
                                    destination.status_block.address(), 0});
    (void)original(Call::kNtClose, {handle});
}

enum class When : uint8_t { kAtOnce, kLater };

/// Tells the end of a request. Errors that come at once are the call's result and nothing else, as
/// on Windows.
void tell(const File& file, const Destination& destination, uint32_t thread,
          const rsl_result& result, When when) {
    if (when == When::kAtOnce && (result.status & 0xC0000000) == 0xC0000000) return;
    if (when == When::kAtOnce) destination.status_block.write_within_call(result.status, result.information);
    else destination.status_block.write_later(result.status, result.information);
    if (destination.event != 0) {
        (void)call_ntdll("NtSetEvent", {destination.event, 0});
    } else if (when == When::kLater &&
               (file.notification_modes.load(std::memory_order_relaxed) & kSkipSetEvent) == 0) {
        (void)call_ntdll("NtSetEvent", {destination.handle, 0});
    }
    if (destination.apc != 0) return queue_apc(thread, destination);
    const uint64_t port = file.port.load(std::memory_order_acquire);  // pairs with bind_port()
    if (port == 0 || destination.apc_context == 0) return;
    const bool skip =
        when == When::kAtOnce &&
        (file.notification_modes.load(std::memory_order_relaxed) & kSkipPortOnSuccess) != 0;
    if (skip) return;
    (void)call_ntdll("NtSetIoCompletion",
               {port, file.port_key.load(std::memory_order_relaxed), destination.apc_context,
                static_cast<uint32_t>(result.status), result.information});
}

// ---- The helper thread

constinit std::atomic<bool> helper_started = false;
constinit std::atomic<rsl_client*> helpers_client = nullptr;

void serve_as_helper() {
    rsl_client* client = nullptr;
    for (;;) {
        {
            SignalGuard guard;
            if (client == nullptr)
                client =
                    helpers_client.load(std::memory_order_acquire);  // pairs with start_helper()
            // Short turns: between two of them the thread can be ended.
            if (rsl_dispatch(client, kTurnMs) >= 0) continue;
        }
        client = nullptr;  // it has ended and nothing is left; perhaps there is a new one
        ::usleep(kTurnMs * 1000);
    }
}

void start_helper(rsl_client* client) {
    helpers_client.store(client, std::memory_order_release);
    if (helper_started.exchange(true, std::memory_order_acq_rel)) return;
    if (start_own_thread(serve_as_helper) < 0)
        helper_started.store(false, std::memory_order_release);  // the next request tries again
}

// ---- Overlapped requests

void tell_late(Outstanding& request) {
    outstanding.remove(request);
    tell(*request.file, request.destination, request.thread, request.result, When::kLater);
    delete &request;
}

void finished(void* context, uint64_t, const rsl_result* result) {
    auto& request = *static_cast<Outstanding*>(context);
    request.result = *result;
    if (request.phase.exchange(Outstanding::kFinished, std::memory_order_acq_rel) ==
        Outstanding::kArmed)
        tell_late(request);
}

/// The driver keeps it: what the program may wait for is not signalled until the end.
NTSTATUS let_pend(Outstanding& request, uint64_t id) {
    const uint64_t waited_for =
        request.destination.event != 0 ? request.destination.event : request.destination.handle;
    (void)call_ntdll("NtResetEvent", {waited_for, 0});
    request.id = id;
    rsl_client* client = request.file->client;
    outstanding.add(request);
    if (request.phase.exchange(Outstanding::kArmed, std::memory_order_acq_rel) ==
        Outstanding::kFinished) {
        tell_late(request);
    } else {
        start_helper(client);
    }
    return STATUS_PENDING;
}

NTSTATUS issue_overlapped(FileReference file, const Destination& destination,
                          const rsl_request& request) {
    const auto thread = windows_thread_id();
    auto* overlapped = new (std::nothrow) Outstanding{file.share(), destination, thread};
    if (overlapped == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    rsl_result result{};
    uint64_t id = 0;
    const rsl_status status =
        rsl_call_or_pend(file->client, &request, &result, finished, overlapped, &id);
    if (status == RSL_STATUS_PENDING) return let_pend(*overlapped, id);
    delete overlapped;
    if (needs_listener()) start_helper(file->client);
    result.status = status;
    tell(*file, destination, thread, result, When::kAtOnce);
    return status;
}

/// CancelSynchronousIo can end it.
rsl_result call_and_wait(const File& file, const rsl_request& request) {
    rsl_client* client = file.client;
    client::CallInFlight call{*client->connection, request};
    const WaitingCall waiting{client, call.id()};
    rsl_result result{};
    result.status = call.end(&result);
    if (needs_listener()) start_helper(client);
    return result;
}

}  // namespace

NTSTATUS issue(FileReference file, const Destination& destination, rsl_request request) {
    const SignalDeferral deferral;
    request.size = sizeof(request);
    request.handle = file->nt_handle;
    if (!file->synchronous()) return issue_overlapped(std::move(file), destination, request);
    const rsl_result result = call_and_wait(*file, request);
    tell(*file, destination, windows_thread_id(), result, When::kAtOnce);
    return result.status;
}

NTSTATUS wait_for_request(const File& file, rsl_request request, IO_STATUS_BLOCK* status_block) {
    rsl_result result{};
    {
        SignalGuard guard;
        request.size = sizeof(request);
        request.handle = file.nt_handle;
        result = call_and_wait(file, request);
    }
    status_block->Status = result.status;
    status_block->Information = result.information;
    return result.status;
}

NTSTATUS cancel_requests(const File& file, uint32_t thread, uint64_t status_block) {
    SignalGuard guard;
    constexpr size_t kMost = 64;
    uint64_t ids[kMost];
    const size_t count = outstanding.collect(ids, kMost, [&](const Outstanding& request) {
        return &*request.file == &file && (thread == kAnyThread || request.thread == thread) &&
               (status_block == kAnyStatusBlock || request.destination.status_block.address() == status_block);
    });
    for (size_t i = 0; i < count; ++i) (void)rsl_cancel(file.client, ids[i]);
    return count != 0 ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

NTSTATUS bind_port(File& file, uint64_t port, uint64_t key) {
    if (file.port.load(std::memory_order_relaxed) != 0)
        return STATUS_INVALID_PARAMETER;  // as documented: once
    uint64_t copy = 0;
    const NTSTATUS status =
        original(Call::kNtDuplicateObject,
                 {kCurrentProcess, port, kCurrentProcess, word(&copy), 0, 0, kDuplicateSameAccess});
    if (status < 0) return status;
    file.port_key.store(key, std::memory_order_relaxed);
    file.port.store(copy, std::memory_order_release);
    return STATUS_SUCCESS;
}

ClosingFile::ClosingFile(File& file) : file_(file) {
    rsl_client* client = file.client;
    if (client == nullptr) return;
    rsl_request request{};
    request.size = sizeof(request);
    request.operation = RSL_OP_CLOSE;
    request.handle = file.nt_handle;
    close_.emplace(*client->connection, request);
}

ClosingFile::~ClosingFile() {
    if (close_) (void)close_->end(nullptr);
    else close_parked(file_);
    if (const uint64_t port = file_.port.exchange(0, std::memory_order_acq_rel); port != 0)
        (void)original(Call::kNtClose, {port});
}

}  // namespace rsl::wine
