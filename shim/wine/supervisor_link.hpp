// SPDX-License-Identifier: GPL-2.0-only
// What this process says to the VM's supervisor, rsld, beside its session: one socket of its own,
// made when it is first needed, closed by the process' end. Call everything under a SignalGuard.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "abi/types/basic.h"
#include "base/posix/unique_fd.hpp"
#include "protocol/message/wine.hpp"

namespace rsl::wine {

namespace wire = protocol::supervisor;

/// This process' table of handles, from now on found by others.
NTSTATUS show_table(uint32_t vm_process, int memory);
/// STATUS_NOT_FOUND: the handle of that process is none of RSL's.
NTSTATUS find_in_table(uint32_t process, uint32_t handle, wire::FoundHandle& found);
/// What this process has been given; from now on ours to drop. `vm_process`: whose the handles in
/// the VM are.
NTSTATUS take_given(std::vector<wire::TakenHandle>& handles, uint32_t& vm_process);
/// Returns when the VM has closed it.
void drop_taken(uint32_t vm_handle);
void tell_closed(uint32_t process, uint32_t handle);

/// Says that another process has been given handles. `anchor` is a socket of its own that keeps
/// their files open until that process takes them: whoever holds it should live as long as the
/// process.
NTSTATUS give(uint32_t process, std::span<const wire::GivenHandle> handles, UniqueFd& anchor);

/// A process has been made. `anchor`: a new socket stands for it, which whoever lives as long as
/// the process should hold; nullptr: it is ourselves. A failure is a driver's, who refuses it.
NTSTATUS tell_process_started(const wire::ProcessStarted& started, std::u16string_view image,
                              std::u16string_view command_line, UniqueFd* anchor);
void tell_thread(uint32_t process, uint32_t thread, bool created);
void tell_image(uint64_t base, uint64_t bytes, std::u16string_view path);

}  // namespace rsl::wine
