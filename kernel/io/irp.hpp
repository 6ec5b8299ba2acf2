// SPDX-License-Identifier: GPL-2.0-only
// IRPs: where they come from, what the I/O manager remembers of its own ones, who owns them.
// The life of a request is drawn in docs/nt/io.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "base/core/result.hpp"
#include "kernel/io/stack_location.hpp"

namespace rsl::ps {
class Thread;
}

namespace rsl::io {

struct File;

/// Who finishes a request that its drivers have completed.
enum class IrpKind : uint8_t {
    kDriver,    // its allocator, in a completion routine: nothing is left to do
    kWaited,    // the thread that sent it and waits for it (synchronous calls)
    kReported,  // the I/O manager: status block, event, APC, completion port (asynchronous calls)
    kThreaded,  // the same for IRPs that drivers build for the running thread
};

/// How far a request of ours is; one exchange by each side decides who finishes it.
enum class IrpPhase : uint8_t {
    kSent,       // the sending thread is still in the driver's dispatch routine
    kLeft,       // it came back without an outcome, and waits or went on
    kComplete,   // the drivers are done with it
    kAbandoned,  // the thread has ended without it: nobody is told any more
};

/// What we keep of an IRP that we allocated, in front of it: drivers can neither see nor spoil it.
struct alignas(16) IrpBlock {
    static constexpr uint32_t kMagic = 0x62697352;  // "Rsib"
    uint32_t magic;
    uint8_t size_class;            // of the allocation; kNoClass: straight from the pool
    IrpKind kind;
    std::atomic<IrpPhase> phase;
    KPROCESSOR_MODE mode;          // of the originator, whose memory UserBuffer and UserIosb are
    std::atomic<uint32_t> pins;    // the request's own one, and one for each canceller at work
    uint32_t output_bytes;         // what UserBuffer takes, whatever Information says
    File* file;                    // kReported: one reference; kWaited: the sender's
    ps::Thread* thread;            // in whose list the IRP is; it cannot end before that
    KEVENT* done;                  // on the waiter's stack, valid in phase kLeft of kWaited
    bool owns_event;               // UserEvent is an object of which we hold a reference
    uint16_t inline_buffer_bytes;  // behind the stack locations; 0: none
    uint32_t handle_access;        // of the handle a control request came by
    void* spare_buffer;            // SystemBuffer, when it is one of the common size and the driver has not put another there
    void* auxiliary;               // pool memory that goes with the request: a captured name, a length
    GUID activity;                 // IoSetActivityIdIrp; null: none

    IRP& irp() { return *reinterpret_cast<IRP*>(this + 1); }
    std::byte* inline_buffer();
};
static_assert(sizeof(IrpBlock) % 16 == 0);

/// Bit of IRP.AllocationFlags: an IrpBlock lies in front. Drivers leave the field alone.
inline constexpr uint8_t kHasIrpBlock = 0x40;

/// The block of an IRP of ours; nullptr for one that a driver made in its own memory.
inline IrpBlock* block_of(IRP& irp) {
    if ((irp.AllocationFlags & kHasIrpBlock) == 0) return nullptr;
    return reinterpret_cast<IrpBlock*>(&irp) - 1;
}

/// An initialized IRP, or nullptr when there is no memory. Any IRQL up to DISPATCH_LEVEL. Common
/// sizes come from a cache of the processor: two exchanges, no lock.
IRP* allocate_irp(int8_t stack_count);
/// The same in pool memory of the caller's, irp_block_bytes() of it, which free_irp() frees.
IRP& place_irp(void* memory, int8_t stack_count);
size_t irp_block_bytes(int8_t stack_count);
/// Bug check when the IRP is not ours, or still linked to a thread.
void free_irp(IRP& irp);
/// Keeps the memory of an IRP of ours while somebody else may be finishing it.
void pin(IrpBlock& block);
void unpin(IrpBlock& block);

/// IRPs that drivers ask for (IoBuild*Request). nullptr when there is no memory or a buffer is bad. A
/// threaded one is finished by us: status block, event, buffers.
struct BuildTarget {
    DEVICE_OBJECT& device;
    KEVENT* event;              // nullptr and no thread: IoBuildAsynchronousFsdRequest
    IO_STATUS_BLOCK* status_block;
    bool threaded;
};
IRP* build_transfer(uint8_t major, void* buffer, uint32_t bytes, const LARGE_INTEGER* offset,
                    const BuildTarget& target);
IRP* build_control(uint32_t code, uint8_t major, void* input, uint32_t input_bytes, void* output,
                   uint32_t output_bytes, const BuildTarget& target);
/// A part of `master`, which its last part completes. IrpCount is the driver's to set.
IRP* make_associated(IRP& master, int8_t stack_count);

/// Hands an IRP to the driver of a device: next location, dispatch routine. IofCallDriver.
NTSTATUS call_driver(DEVICE_OBJECT& device, IRP& irp);
/// Walks the stack back up and finishes the request. IofCompleteRequest. IRQL <= DISPATCH_LEVEL.
void complete_irp(IRP& irp, CCHAR priority_boost);
/// The same, compiled into its caller: for drivers.
void complete_irp_inline(IRP& irp, CCHAR priority_boost);
void free_irp_inline(IRP& irp);
/// Sets Cancel and calls the cancel routine if there is one. True if there was. IRQL <= DISPATCH.
bool cancel_irp(IRP& irp);
KIRQL acquire_cancel_lock();
void release_cancel_lock(KIRQL old);

/// Owns an IRP of the kernel's own making until it is sent. Move-only; freeing what was not sent.
class IrpTicket {
  public:
    static Result<IrpTicket> allocate(int8_t stack_count) {
        IRP* irp = allocate_irp(stack_count);
        if (irp == nullptr) return Status::kInsufficientResources;
        return IrpTicket(irp);
    }
    IrpTicket(IrpTicket&& other) noexcept : irp_(std::exchange(other.irp_, nullptr)) {}
    IrpTicket& operator=(IrpTicket other) noexcept {
        std::swap(irp_, other.irp_);
        return *this;
    }
    ~IrpTicket() {
        if (irp_ != nullptr) free_irp(*irp_);
    }
    explicit operator bool() const { return irp_ != nullptr; }
    IRP& operator*() const { return *irp_; }
    IRP* operator->() const { return irp_; }
    IrpBlock& block() const { return *block_of(*irp_); }
    IO_STACK_LOCATION& location() const { return next_location(*irp_); }
    /// The IRP is somebody else's from here: a driver's, or the code that finishes it.
    [[nodiscard]] IRP& release() { return *std::exchange(irp_, nullptr); }

  private:
    explicit IrpTicket(IRP* irp) : irp_(irp) {}
    IRP* irp_;
};

}  // namespace rsl::io
