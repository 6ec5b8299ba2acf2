// SPDX-License-Identifier: GPL-2.0-only
// Which of this process' Wine handles are files on RSL's devices.
//
// Each such handle is a real Wine handle: of an event object that stands for the file, signalled
// while no request is outstanding. So its value never collides, it can be duplicated, queried,
// waited for and closed, and Wine's own functions see a sane handle. This table leads from its
// value to the file in the VM. Looking up costs one load; nothing is locked, and files' memory is
// reused for files only, so a look-up that loses against a close finds that out by itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "abi/types/basic.h"
#include "shim/api/rsl.h"

namespace rsl::wine {

/// An open file in the VM, and what this process remembers of it.
struct File {
    std::atomic<uint32_t> references = 0;  // handles in this process and calls under way; 0: free
    std::atomic<uint32_t> handles = 0;     // of these, handles
    std::atomic<rsl_client*> client = nullptr;  // nullptr: parked
    rsl_handle nt_handle = 0;
    uint32_t options = 0;  // FILE_SYNCHRONOUS_IO_* and others of NtCreateFile
    std::atomic<uint64_t> port = 0, port_key = 0;  // a completion port that was bound to it
    std::atomic<uint32_t> notification_modes = 0;  // FILE_SKIP_*
    /// Another process gave it to us, and it was not used yet: whose handle in the VM keeps it open, and what
    /// our handle is (handover.hpp).
    struct Parked {
        uint32_t vm_process, vm_handle, handle;
    } parked{};
    File* next_free = nullptr;

    bool synchronous() const {
        return (options & 0x30) != 0;
    }  // FILE_SYNCHRONOUS_IO_ALERT, _NONALERT
};

/// Counts a call under way.
class FileReference {
  public:
    FileReference() = default;
    explicit FileReference(File* adopted) : file_(adopted) {}
    FileReference(FileReference&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
    FileReference& operator=(FileReference other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    ~FileReference();
    explicit operator bool() const { return file_ != nullptr; }
    File* operator->() const { return file_; }
    File& operator*() const { return *file_; }
    FileReference share() const;

  private:
    File* file_ = nullptr;
};

/// The file behind a handle, ready for use; none when it is not one of ours.
FileReference find_file(uint64_t handle);
/// Whether find_file() would find one. For calls that are hot when they are not ours.
bool is_ours(uint64_t handle);

/// A new file with one reference, the caller's. nullptr when memory is short.
File* make_file(rsl_client* client, rsl_handle nt_handle, uint32_t options);
/// Makes the handle lead to the file; takes a reference of its own. False: the handle's value is
/// out of range.
bool add_handle(uint64_t handle, File& file);
/// Lets other processes know what stands behind the handle; add_handle() does, for files that are not parked.
void show_handle(uint64_t handle, const File& file);
/// Memory that other processes see (wire::kTableBytes), for the handles to come; nullptr: none.
void share_table(std::atomic<uint32_t>* memory);
/// Calls visit(handle, file) for each handle.
template <typename Visit>
void each_handle(Visit&& visit);
/// Takes the handle away. The reference becomes the caller's; `last`: no other handle in this
/// process leads to the file.
FileReference remove_handle(uint64_t handle, bool& last);

/// The next handle of ours from `handle` on; 0 when there is none. For each_handle().
uint64_t next_handle(uint64_t handle);
/// The file behind a handle, parked or not.
FileReference look_up(uint64_t handle);

template <typename Visit>
void each_handle(Visit&& visit) {
    for (uint64_t handle = next_handle(4); handle != 0; handle = next_handle(handle + 4)) {
        if (const FileReference file = look_up(handle)) visit(handle, *file);
    }
}

}  // namespace rsl::wine
