// SPDX-License-Identifier: GPL-2.0-only
// Telling drivers of processes that come and go, and of images that are loaded.
#pragma once

#include <string_view>

#include "abi/types/ps.h"
#include "kernel/ps/new_process.hpp"

namespace rsl::ps {

/// What registering asks for.
enum class Registration : uint8_t { kAdd, kRemove };

Result<void> process_notify(PCREATE_PROCESS_NOTIFY_ROUTINE routine, Registration what);
Result<void> process_notify(PCREATE_PROCESS_NOTIFY_ROUTINE_EX routine, Registration what);
/// Where a thread's creation is told: by its creator, or by itself before it does anything else, as
/// PsCreateThreadNotifyNonSystem wants.
enum class ToldBy : uint8_t { kCreator, kNewThread };
Result<void> add_thread_notify(PCREATE_THREAD_NOTIFY_ROUTINE routine, ToldBy by);
Result<void> remove_thread_notify(PCREATE_THREAD_NOTIFY_ROUTINE routine);
Result<void> image_notify(PLOAD_IMAGE_NOTIFY_ROUTINE routine, Registration what);

/// Calls every routine. A driver may refuse the process: its status is the failure. PASSIVE_LEVEL.
Result<void> tell_process_created(Process& process, const NewProcess& how);
void tell_process_ended(Process& process);

/// In the creator, in the new thread, and in the thread that ends. PASSIVE_LEVEL.
void tell_thread_created(const Thread& thread);
void tell_thread_starts(const Thread& thread);
void tell_thread_ends(const Thread& thread);

/// Of a Windows program's process: threads and images that are not in this VM.
void tell_thread(CLIENT_ID thread, BOOLEAN created);
void tell_image_loaded(std::u16string_view path, uint64_t process, void* base, uint64_t bytes);

/// Which kinds of routine are registered: RSL_LISTENS_* of rsl_kernel.h. `changed` is called now and when that
/// changes, one call at a time. One watcher, for ever. PASSIVE_LEVEL.
void watch_listeners(void(NTAPI* changed)(void* context, uint32_t listeners), void* context);

/// For ldr, when a driver's image is mapped and not yet started: process 0, system mode. PASSIVE_LEVEL.
void tell_image_loaded(std::u16string_view path, void* base, uint64_t bytes);

}  // namespace rsl::ps
