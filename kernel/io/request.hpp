// SPDX-License-Identifier: GPL-2.0-only
// A thread's request to the device behind a file: what every Nt*File service does between its own
// argument checks and its own stack location. Also the finishing of requests.
#pragma once

#include <cstdint>

#include "kernel/io/file.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/io/thread_io.hpp"

namespace rsl::io {

/// How the caller of a service wants to hear of the outcome.
struct Caller {
    KPROCESSOR_MODE mode;
    HANDLE event = nullptr;
    PIO_APC_ROUTINE apc = nullptr;
    void* apc_context = nullptr;
    PIO_STATUS_BLOCK status_block = nullptr;
};

/// Whether the outcome is reported (asynchronous files) or waited for in any case.
enum class Manner : uint8_t { kAsTheFile, kAlwaysWait };

/// One request being made. Whatever it holds is given back unless send() takes it over.
class Request {
  public:
    /// References event and file, takes the lock of a synchronous file, makes the IRP. Fails with the
    /// status that the service returns.
    static Result<Request> begin(Ref<File> file, const Caller& caller, Manner manner,
                                 uint8_t major, uint8_t minor = 0);
    /// This and send_inline(): the same, compiled into their caller: for the road of an I/O control.
    static Result<Request> begin_inline(Ref<File> file, const Caller& caller, Manner manner, uint8_t major, uint8_t minor);
    Request(Request&& other) noexcept;
    Request& operator=(Request&&) = delete;
    ~Request() {
        if (ticket_) withdraw();
        if (locked_) file_->unlock();
    }

    IRP& irp() { return *ticket_; }
    IO_STACK_LOCATION& location() { return ticket_.location(); }
    File& file() { return *file_; }
    DEVICE_OBJECT& device() { return *device_; }

    /// The driver works on a copy: input goes in now, output comes out when finished.
    Result<void> use_system_buffer(const void* input, uint32_t input_bytes, void* output,
                                   uint32_t output_bytes);
    /// The driver gets the caller's pages, locked.
    Result<void> use_pages(void* buffer, uint32_t bytes, LOCK_OPERATION access);
    /// Reads and writes: by the device's DO_BUFFERED_IO, DO_DIRECT_IO.
    Result<void> use_device_method(void* buffer, uint32_t bytes, LOCK_OPERATION access);
    /// Control codes: by the code's method.
    Result<void> use_control_method(uint32_t code, const void* input, uint32_t input_bytes,
                                    void* output, uint32_t output_bytes);

    /// Sends it. The service's result.
    NTSTATUS send() &&;
    NTSTATUS send_inline() &&;

  private:
    Request(IrpTicket ticket, Ref<File> file, DEVICE_OBJECT& device, const Caller& caller,
            bool wait, bool locked);

    IrpTicket ticket_;
    Ref<File> file_;
    DEVICE_OBJECT* device_;
    Caller caller_;
    bool wait_;
    bool locked_;  // the file's lock is ours

    void withdraw();  // what was never sent
};

/// Copies input, allocates the buffer; shared with IRPs that drivers build. For KernelMode memory is
/// taken as it is.
Result<void> attach_system_buffer(IRP& irp, const void* input, uint32_t input_bytes, void* output,
                                  uint32_t output_bytes);
Result<void> attach_pages(IRP& irp, void* buffer, uint32_t bytes, LOCK_OPERATION access);
Result<void> attach_control_buffers(IRP& irp, IO_STACK_LOCATION& location, uint32_t code,
                                    const void* input, uint32_t input_bytes, void* output,
                                    uint32_t output_bytes);

/// Gives back a system buffer of ours (IRP_DEALLOCATE_BUFFER).
void free_system_buffer(IRP& irp);
/// Gives back system buffer and MDLs.
void release_buffers(IRP& irp);
/// Copies output to the originator's memory, whose context this is, and gives the buffers back.
void settle_buffers(IRP& irp);
/// The originator's requests, which is where cancelling finds them. enter_driver() costs no lock: it is for the running
/// thread, which calls leave_driver() before its request can be finished by anybody else (IrpPhase::kLeft).
void enter_driver(IrpBlock& block, ps::Thread& self);
void leave_driver(IrpBlock& block);
void link_to_thread(IrpBlock& block, ps::Thread& thread);
void unlink_from_thread(IrpBlock& block);
/// The request whose driver the thread is in, kept from going until it is released; nullptr: none.
IrpBlock* hold_sent_locked(ThreadIo& requests) RSL_REQUIRES(requests.lock);
void release_sent_locked(ThreadIo& requests, IrpBlock& block) RSL_REQUIRES(requests.lock);
/// Calls visit(IrpBlock&) -> bool for each, until one returns false. None of them goes meanwhile.
template <typename Visit>
void each_request_locked(ThreadIo& requests, Visit visit) RSL_REQUIRES(requests.lock) {
    if (IrpBlock* sent = hold_sent_locked(requests)) {
        const bool more = visit(*sent);
        release_sent_locked(requests, *sent);
        if (!more) return;
    }
    LIST_ENTRY& head = requests.irps;
    for (LIST_ENTRY* at = head.Flink; at != nullptr && at != &head; at = at->Flink) {
        if (!visit(*block_of(*CONTAINING_RECORD(at, IRP, ThreadListEntry)))) return;
    }
}
/// Cuts a thread loose from what its drivers do not give back; returns how many there were. They are
/// freed when their drivers complete them.
size_t abandon_requests(ps::Thread& thread);
/// Finishes a request in the thread that sent it, right there. `pended`: its driver returned
/// STATUS_PENDING, so that a failure too is reported. Returns the final status.
NTSTATUS finish_sent(IrpBlock& block, bool pended);
/// Called by complete_irp() when no driver is left.
void finish_completed(IRP& irp, CCHAR priority_boost);

}  // namespace rsl::io
