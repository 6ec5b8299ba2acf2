// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ps/notify.hpp"

#include "abi/private/rsl_kernel.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ps/notify_list.hpp"

namespace rsl::ps {
namespace {

void pause() {
    // A running call is a driver's: it may take any time, and nobody signals its end.
    constexpr uint64_t kPauseNs = 1'000'000;
    ke::Event never(ke::Event::Kind::kNotification);
    never.wait(ke::Deadline::after_ns(kPauseNs));
}

constinit NotifyList<PCREATE_PROCESS_NOTIFY_ROUTINE, &pause> process_routines;
constinit NotifyList<PCREATE_PROCESS_NOTIFY_ROUTINE_EX, &pause> process_routines_ex;
constinit NotifyList<PLOAD_IMAGE_NOTIFY_ROUTINE, &pause> image_routines;
constinit NotifyList<PCREATE_THREAD_NOTIFY_ROUTINE, &pause> thread_routines, new_thread_routines;

/// Process routines are called with normal kernel APCs disabled.
class CriticalRegion {
  public:
    CriticalRegion() { ke::enter_critical_region(); }
    ~CriticalRegion() { ke::leave_critical_region(); }
    CriticalRegion(const CriticalRegion&) = delete;
    CriticalRegion& operator=(const CriticalRegion&) = delete;
};

template <typename List>
void tell(List& list, const Thread& thread, BOOLEAN created) {
    list.for_each([&](auto routine) {
        routine(thread.client_id.UniqueProcess, thread.client_id.UniqueThread, created);
    });
}

// Who wants to know whether anybody listens.
struct Watcher {
    void(NTAPI* changed)(void* context, uint32_t listeners) = nullptr;
    void* context = nullptr;
    uint32_t told = 0;
};
constinit std::atomic<bool> watcher_busy = false;
constinit Watcher watcher;  // whose watcher_busy is

uint32_t listeners() {
    return (process_routines.any() || process_routines_ex.any() ? RSL_LISTENS_PROCESS : 0) |
           (thread_routines.any() || new_thread_routines.any() ? RSL_LISTENS_THREAD : 0) |
           (image_routines.any() ? RSL_LISTENS_IMAGE : 0);
}

/// After a change: the last one to come looks after all have changed.
void tell_watcher() {
    while (watcher_busy.exchange(true, std::memory_order_acquire)) pause();
    const uint32_t now = listeners();
    if (watcher.changed != nullptr && now != watcher.told) watcher.changed(watcher.context, watcher.told = now);
    watcher_busy.store(false, std::memory_order_release);
}

template <typename List, typename Routine>
Result<void> change(List& list, Routine routine, Registration what) {
    auto changed = what == Registration::kAdd ? list.add(routine) : list.remove(routine);
    if (changed) tell_watcher();
    return changed;
}

UNICODE_STRING as_string(std::u16string_view text) {
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(char16_t));
    return {.Length = bytes, .MaximumLength = bytes, .Buffer = const_cast<char16_t*>(text.data())};
}

bool serves_program(const Thread& thread) { return static_cast<const Process*>(thread.process)->announced; }

HANDLE id_of(const Process& process) { return reinterpret_cast<HANDLE>(process.id); }

}  // namespace

Result<void> process_notify(PCREATE_PROCESS_NOTIFY_ROUTINE routine, Registration what) {
    return change(process_routines, routine, what);
}
Result<void> process_notify(PCREATE_PROCESS_NOTIFY_ROUTINE_EX routine, Registration what) {
    return change(process_routines_ex, routine, what);
}
Result<void> image_notify(PLOAD_IMAGE_NOTIFY_ROUTINE routine, Registration what) {
    return change(image_routines, routine, what);
}

Result<void> add_thread_notify(PCREATE_THREAD_NOTIFY_ROUTINE routine, ToldBy by) {
    return by == ToldBy::kCreator ? change(thread_routines, routine, Registration::kAdd)
                                  : change(new_thread_routines, routine, Registration::kAdd);
}
Result<void> remove_thread_notify(PCREATE_THREAD_NOTIFY_ROUTINE routine) {
    if (auto removed = change(thread_routines, routine, Registration::kRemove); removed) return removed;
    return change(new_thread_routines, routine, Registration::kRemove);
}

void tell_thread_created(const Thread& thread) {
    if (!serves_program(thread)) tell(thread_routines, thread, TRUE);
}
void tell_thread_starts(const Thread& thread) {
    if (!thread.system_thread && !serves_program(thread)) tell(new_thread_routines, thread, TRUE);
}
void tell_thread_ends(const Thread& thread) {
    if (serves_program(thread)) return;
    tell(thread_routines, thread, FALSE);
    if (!thread.system_thread) tell(new_thread_routines, thread, FALSE);
}

void tell_thread(CLIENT_ID thread, BOOLEAN created) {
    const auto say = [&](auto routine) { routine(thread.UniqueProcess, thread.UniqueThread, created); };
    thread_routines.for_each(say);
    new_thread_routines.for_each(say);
}

void watch_listeners(void(NTAPI* changed)(void* context, uint32_t listeners), void* context) {
    while (watcher_busy.exchange(true, std::memory_order_acquire)) pause();
    watcher = {changed, context, listeners()};
    changed(context, watcher.told);
    watcher_busy.store(false, std::memory_order_release);
}

Result<void> tell_process_created(Process& process, const NewProcess& how) {
    CriticalRegion region;
    const auto parent = reinterpret_cast<HANDLE>(process.parent_id);
    process_routines.for_each([&](auto routine) { routine(parent, id_of(process), TRUE); });
    const auto nt = reinterpret_cast<PEPROCESS>(&process);
    const UNICODE_STRING name = as_string(how.image), command_line = as_string(how.command_line);
    PS_CREATE_NOTIFY_INFO info = {};
    info.Size = sizeof(info);
    info.ParentProcessId = parent;
    info.CreatingThreadId = how.creator.UniqueProcess != nullptr ? how.creator : current_thread().client_id;
    info.FileOpenNameAvailable = how.image.find(u'\\') != how.image.npos;  // the name it was opened by
    info.ImageFileName = &name;
    info.CommandLine = how.command_line.empty() ? nullptr : &command_line;
    info.CreationStatus = 0;
    process_routines_ex.for_each([&](auto routine) { routine(nt, id_of(process), &info); });
    if (info.CreationStatus < 0) return Status(info.CreationStatus);
    return {};
}

void tell_process_ended(Process& process) {
    CriticalRegion region;
    const auto parent = reinterpret_cast<HANDLE>(process.parent_id);
    process_routines.for_each([&](auto routine) { routine(parent, id_of(process), FALSE); });
    const auto nt = reinterpret_cast<PEPROCESS>(&process);
    process_routines_ex.for_each([&](auto routine) { routine(nt, id_of(process), nullptr); });
}

void tell_image_loaded(std::u16string_view path, uint64_t process, void* base, uint64_t bytes) {
    UNICODE_STRING name = as_string(path);
    IMAGE_INFO_EX info = {};
    info.Size = sizeof(info);
    info.ImageInfo.ImageAddressingMode = IMAGE_ADDRESSING_MODE_32BIT;
    info.ImageInfo.ExtendedInfoPresent = 1;
    info.ImageInfo.ImageBase = base;
    info.ImageInfo.ImageSize = bytes;
    image_routines.for_each([&](auto routine) { routine(&name, reinterpret_cast<HANDLE>(process), &info.ImageInfo); });
}

void tell_image_loaded(std::u16string_view path, void* base, uint64_t bytes) {
    UNICODE_STRING name = as_string(path);
    IMAGE_INFO_EX info = {};
    info.Size = sizeof(info);
    info.ImageInfo.ImageAddressingMode = IMAGE_ADDRESSING_MODE_32BIT;  // the only value there is
    info.ImageInfo.SystemModeImage = 1;
    info.ImageInfo.ExtendedInfoPresent = 1;
    info.ImageInfo.ImageBase = base;
    info.ImageInfo.ImageSize = bytes;
    image_routines.for_each([&](auto routine) { routine(&name, nullptr, &info.ImageInfo); });
}

}  // namespace rsl::ps
