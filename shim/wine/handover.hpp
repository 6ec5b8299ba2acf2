// SPDX-License-Identifier: GPL-2.0-only
// Handles of RSL's files that go from one process to another: by DuplicateHandle in either
// direction, and by inheritance. docs/adr/0012-wine-handles.md tells the whole story.
//
//     giver: Wine makes the copy -- give() --> rsld holds the file --- first call on an unknown
//     handle --> parked receiver: parked -- first use --> a handle of its own in the VM; or closed
//     unused
#pragma once

#include <vector>

#include "base/posix/unique_fd.hpp"
#include "protocol/message/wine.hpp"
#include "shim/wine/file_table.hpp"

namespace rsl::wine {

/// Takes what other processes have given us, and gives up what they have closed. After
/// handles_wait().
void receive_handles();
/// Makes a parked file usable. False: the VM has gone.
bool unpark(File& file);
/// A file with one reference, the caller's, for what another process of the VM has open; none when
/// that failed. Under a SignalGuard.
FileReference copy_in_vm(uint32_t vm_process, uint32_t vm_handle);
/// A parked file's last handle has gone.
void close_parked(File& file);

/// The Windows id of a process by a handle to it, or 0.
uint32_t process_id_of(uint64_t process);
/// Another process has been given copies of our files' handles. They stay open in the VM until it,
/// or its end, closes them. Under a SignalGuard.
NTSTATUS hand_over(uint64_t process, uint32_t process_id,
                   const std::vector<protocol::supervisor::GivenHandle>& handles);
/// Puts a socket into another process' handle table: so it closes when that process ends in any
/// way.
NTSTATUS plant(UniqueFd socket, uint64_t process);
/// The handles that a new process inherits; `list` is PS_ATTRIBUTE_HANDLE_LIST's, or empty: all
/// inheritable ones.
std::vector<protocol::supervisor::GivenHandle> inherited_handles(const uint64_t* list,
                                                                 size_t count);

}  // namespace rsl::wine
