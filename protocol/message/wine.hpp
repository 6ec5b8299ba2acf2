// SPDX-License-Identifier: GPL-2.0-only
// What libRSL in Wine's programs says to rsld, so that a handle which one program gives to another
// one leads to the same file in the VM: between the giving and its first use rsld keeps that file
// open, with a handle of its own (docs/adr/0012-wine-handles.md). Processes are Windows process
// ids, handles are Wine's values.
#pragma once

#include <atomic>

#include "protocol/message/supervisor.hpp"

namespace rsl::protocol::supervisor {

inline constexpr uint32_t kMostTableHandles = 1 << 16;
/// A handle's place in a table: its value divided by 4. There stands its handle in the VM, or 0.
inline constexpr uint64_t kTableBytes = uint64_t{kMostTableHandles} * sizeof(uint32_t);
inline constexpr uint32_t kMostGiven = 256;

/// This process' handles on RSL's devices; comes with the memory, a memfd that cannot shrink.
/// Answered by kDone.
struct HandleTable {
    static constexpr Id kId = Id::kHandleTable;
    uint32_t process;
    uint32_t vm_process;  // the client's in the VM, to whom the handles in the table belong
    uint64_t tail_bytes() const { return 0; }
};

struct GivenHandle {
    uint32_t vm_process;  // whose handle in the VM it is
    uint32_t vm_handle;
    uint32_t handle;  // what the receiver will know it by
    uint32_t reserved;
};
static_assert(sizeof(GivenHandle) == 16);
/// Another process has got handles. rsld keeps their files open until that process takes them or
/// this socket closes. Answered by kDone.
struct GiveHandles {
    static constexpr Id kId = Id::kGiveHandles;
    uint32_t process;  // the receiver
    uint32_t count;    // GivenHandles follow, at most kMostGiven
    uint64_t tail_bytes() const { return uint64_t{count} * sizeof(GivenHandle); }
};

/// What stands in another process' table. Answered by kFoundHandle; a failure of STATUS_NOT_FOUND:
/// nothing.
struct FindHandle {
    static constexpr Id kId = Id::kFindHandle;
    uint32_t process;
    uint32_t handle;
    uint64_t tail_bytes() const { return 0; }
};
struct FoundHandle {
    static constexpr Id kId = Id::kFoundHandle;
    uint32_t vm_process;
    uint32_t vm_handle;
    uint64_t tail_bytes() const { return 0; }
};

/// The receiver asks what it has been given: from now on this socket keeps it open. Answered by
/// kHandlesTaken.
struct TakeHandles {
    static constexpr Id kId = Id::kTakeHandles;
    uint32_t process;
    uint32_t reserved;
    uint64_t tail_bytes() const { return 0; }
};
struct TakenHandle {
    uint32_t handle;
    uint32_t vm_handle;  // of HandlesTaken::vm_process; 0: another process has closed the handle
};
struct HandlesTaken {
    static constexpr Id kId = Id::kHandlesTaken;
    uint32_t vm_process;
    uint32_t count;  // TakenHandles follow
    uint64_t tail_bytes() const { return uint64_t{count} * sizeof(TakenHandle); }
};

/// The receiver has closed it, or has a handle of its own in the VM. Answered by kDone.
struct DropHandle {
    static constexpr Id kId = Id::kDropHandle;
    uint32_t vm_handle;
    uint32_t reserved;
    uint64_t tail_bytes() const { return 0; }
};

/// A handle in another process' table was closed from outside (DUPLICATE_CLOSE_SOURCE). Answered by
/// kDone.
struct HandleClosed {
    static constexpr Id kId = Id::kHandleClosed;
    uint32_t process;
    uint32_t handle;
    uint64_t tail_bytes() const { return 0; }
};

// ---- What drivers' notify routines are told of. Only sent while WinePage::listeners asks for it.

enum Listens : uint32_t { kListensProcess = 1, kListensThread = 2, kListensImage = 4 };

enum ProcessStartedFlags : uint32_t {
    kUnlessKnown = 1
};  // the process speaks of itself, and its parent may have done so
/// A process has been made and does not run yet. This socket stands for it from now on: it ends
/// when the socket closes. Answered by kDone; a failure's NTSTATUS is that of a driver that refuses
/// it.
struct ProcessStarted {
    static constexpr Id kId = Id::kProcessStarted;
    uint32_t process;
    uint32_t thread;
    uint32_t parent;
    uint32_t creator_process;
    uint32_t creator_thread;
    uint32_t flags;
    uint32_t image_bytes;         // UTF-16LE, follows: the path in NT form
    uint32_t command_line_bytes;  // UTF-16LE, follows that
    uint64_t tail_bytes() const { return uint64_t{image_bytes} + command_line_bytes; }
};
static_assert(sizeof(ProcessStarted) == 32);

/// Answered by kDone.
struct ThreadChanged {
    static constexpr Id kId = Id::kThreadChanged;
    uint32_t process;
    uint32_t thread;
    uint32_t created;  // 1, or 0: it ends
    uint32_t reserved;
    uint64_t tail_bytes() const { return 0; }
};
/// Answered by kDone.
struct ImageLoaded {
    static constexpr Id kId = Id::kImageLoaded;
    uint64_t base;
    uint64_t bytes;
    uint32_t process;
    uint32_t path_bytes;  // UTF-16LE, follows
    uint64_t tail_bytes() const { return path_bytes; }
};
static_assert(sizeof(ImageLoaded) == 24);

/// A page of memory beside the VM's socket, NAME.page: rsld writes it, every Wine process of the VM
/// reads it, so that what concerns nobody costs nobody a message.
struct WinePage {
    static constexpr uint32_t kMagic = 0x50534C52;  // "RLSP"
    static constexpr uint32_t kPlaces = 508;
    uint32_t magic;
    uint32_t version;                  // kVersion
    std::atomic<uint32_t> listeners;   // Listens: what drivers want to be told
    std::atomic<uint32_t> all_tables;  // how many there are
    uint32_t reserved[4];
    std::atomic<uint32_t> tables[kPlaces];   // by place_of(process): whether it may have a table
    std::atomic<uint32_t> waiting[kPlaces];  // whether there may be something to take
    static constexpr uint32_t place_of(uint32_t process) { return process / 4 % kPlaces; }
};
static_assert(sizeof(WinePage) == 4096);

}  // namespace rsl::protocol::supervisor
