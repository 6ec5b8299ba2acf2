// SPDX-License-Identifier: GPL-2.0-only
// How ke comes to life, in the order in which kernel/init calls it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/core/result.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ps {
class Process;
}

namespace rsl::ke {

/// 1. For each processor, by arch, once GS points at its block and before interrupts go on there:
/// number, lists, and its idle thread as the running one, so that current_thread() works from here
/// on. Needs no memory.
void initialize_processor(Processor& processor, uint32_t number, uint32_t apic_id);

/// 2. The wall clock: `time=<unix nanoseconds>` of the boot command line was true at now_ns() == 0 or
/// so. Any time after arch::now_ns() works.
void initialize_clock(std::string_view command_line);

/// 3. After mm: the page at 0xFFFFF78000000000 whose times drivers read without a call, and the boot
/// processor's DPC stack.
Result<void> initialize_memory();

/// 4. After ps has made the system process: boot and idle threads belong to it.
void adopt_system_process(ps::Process& process);

/// 5. Starts `routine` as the first system thread and turns the caller into the boot processor's idle
/// thread. Needs ps. Interrupts are on from here.
[[noreturn]] void start(PKSTART_ROUTINE routine, void* context);

/// 6. In that thread, before anything queues work: the thread reaper and ex's worker threads. Then
/// arch::start_processors() may be called.
Result<void> start_services();

}  // namespace rsl::ke
