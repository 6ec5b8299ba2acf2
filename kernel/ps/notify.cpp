// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ps/notify.hpp"

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

template <typename List, typename Routine>
Result<void> change(List& list, Routine routine, Registration what) {
    return what == Registration::kAdd ? list.add(routine) : list.remove(routine);
}

UNICODE_STRING as_string(std::u16string_view text) {
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(char16_t));
    return {.Length = bytes, .MaximumLength = bytes, .Buffer = const_cast<char16_t*>(text.data())};
}

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
    return by == ToldBy::kCreator ? thread_routines.add(routine) : new_thread_routines.add(routine);
}
Result<void> remove_thread_notify(PCREATE_THREAD_NOTIFY_ROUTINE routine) {
    if (auto removed = thread_routines.remove(routine); removed) return removed;
    return new_thread_routines.remove(routine);
}

void tell_thread_created(const Thread& thread) { tell(thread_routines, thread, TRUE); }
void tell_thread_starts(const Thread& thread) {
    if (!thread.system_thread) tell(new_thread_routines, thread, TRUE);
}
void tell_thread_ends(const Thread& thread) {
    tell(thread_routines, thread, FALSE);
    if (!thread.system_thread) tell(new_thread_routines, thread, FALSE);
}

Result<void> tell_process_created(Process& process) {
    CriticalRegion region;
    const auto parent = reinterpret_cast<HANDLE>(process.parent_id);
    process_routines.for_each([&](auto routine) { routine(parent, id_of(process), TRUE); });
    const auto nt = reinterpret_cast<PEPROCESS>(&process);
    const UNICODE_STRING name = as_string(process.image_name);
    PS_CREATE_NOTIFY_INFO info = {};
    info.Size = sizeof(info);
    info.ParentProcessId = parent;
    info.CreatingThreadId = current_thread().client_id;
    info.ImageFileName = &name;
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
