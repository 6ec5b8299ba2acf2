// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/volume.hpp"

#include <algorithm>

#include "abi/types/status.h"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/query.hpp"
#include "kernel/ob/symbolic_link.hpp"
#include "kernel/rtl/unicode.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("IoFs");

struct FileSystem {
    ListHook hook;
    Ref<Device> device;
};
struct Notice {
    ListHook hook;
    Ref<Driver> driver;
    PDRIVER_FS_NOTIFICATION routine;
};
constinit IntrusiveList<FileSystem, &FileSystem::hook> file_systems RSL_GUARDED_BY(database_lock);
constinit IntrusiveList<Notice, &Notice::hook> notices RSL_GUARDED_BY(database_lock);

/// Calls every routine for one file system, under no lock.
void tell_all(Device& device, BOOLEAN active) {
    constexpr size_t kMost = 32;
    PDRIVER_FS_NOTIFICATION routines[kMost];
    size_t count = 0;
    {
        ke::SpinLockGuard guard{database_lock};
        for (Notice& notice : notices) {
            if (count < kMost) routines[count++] = notice.routine;
        }
    }
    for (size_t i = 0; i < count; ++i) routines[i](&device, active);
}

/// Calls one routine for every file system.
void tell_one(PDRIVER_FS_NOTIFICATION routine) {
    constexpr size_t kMost = 32;
    Ref<Device> devices[kMost];
    size_t count = 0;
    {
        ke::SpinLockGuard guard{database_lock};
        for (FileSystem& system : file_systems) {
            if (count < kMost) devices[count++] = system.device;
        }
    }
    for (size_t i = 0; i < count; ++i) routine(devices[i].get(), TRUE);
}

}  // namespace

constinit ke::SpinLock vpb_lock{ke::LockRank::kIo};

Result<char16_t> drive_letter_of(DEVICE_OBJECT& device) {
    if ((device.Flags & DO_DEVICE_HAS_NAME) == 0) return Status::kInvalidParameter;
    auto path = ob::PathText::of(&device);
    if (!path) return path.failure();
    char16_t link[] = u"\\GLOBAL??\\A:";
    for (char16_t letter = u'A'; letter <= u'Z'; ++letter) {
        link[10] = letter;
        auto body = ob::open_path({link, 12}, &ob::SymbolicLink::kType, OBJ_CASE_INSENSITIVE | OBJ_OPENLINK, 0,
                                  KernelMode, nullptr);
        if (!body) continue;
        const auto found = Ref<ob::SymbolicLink>::adopt(static_cast<ob::SymbolicLink*>(*body));
        if (rtl::compare(found->target(), path->text(), rtl::CaseRule::kIgnore) == 0) return letter;
    }
    return Status::kInvalidParameter;
}

Result<void> register_file_system(Device& device) {
    switch (device.DeviceType) {
        case FILE_DEVICE_DISK_FILE_SYSTEM:
        case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
        case FILE_DEVICE_TAPE_FILE_SYSTEM:
        case FILE_DEVICE_NETWORK_FILE_SYSTEM: break;
        default: return Status::kInvalidParameter;
    }
    auto* entry = RSL_TRY(mm::make<FileSystem>(kTag));
    entry->device = Ref<Device>(device);
    {
        ke::SpinLockGuard guard{database_lock};
        // The last is asked first.
        const bool last = (device.DEVICE_OBJECT::Flags & DO_LOW_PRIORITY_FILESYSTEM) != 0;
        if (last) file_systems.push_front(*entry);
        else file_systems.push_back(*entry);
    }
    tell_all(device, TRUE);
    return {};
}

void unregister_file_system(Device& device) {
    FileSystem* gone = nullptr;
    {
        ke::SpinLockGuard guard{database_lock};
        for (FileSystem& system : file_systems) {
            if (system.device.get() == &device) gone = &system;
        }
        if (gone != nullptr) gone->hook.unlink();
    }
    if (gone == nullptr) return;
    tell_all(device, FALSE);
    mm::destroy(gone);
}

size_t file_systems_of(DEVICE_TYPE type, std::span<Ref<Device>> out) {
    size_t count = 0;
    ke::SpinLockGuard guard{database_lock};
    for (FileSystem& system : file_systems) {
        if (system.device->DeviceType == type && count < out.size()) out[count++] = system.device;
    }
    std::reverse(out.begin(), out.begin() + count);
    return count;
}

Result<void> register_file_system_notice(Driver& driver, PDRIVER_FS_NOTIFICATION routine) {
    auto* entry = RSL_TRY(mm::make<Notice>(kTag));
    entry->driver = Ref<Driver>(driver);
    entry->routine = routine;
    bool again = false;
    {
        ke::SpinLockGuard guard{database_lock};
        Notice* last = notices.back();
        again = last != nullptr && last->driver.get() == &driver && last->routine == routine;
        if (!again) notices.push_back(*entry);
    }
    if (again) {
        mm::destroy(entry);
        return Status(STATUS_DEVICE_ALREADY_ATTACHED);
    }
    tell_one(routine);
    return {};
}

void unregister_file_system_notice(Driver& driver, PDRIVER_FS_NOTIFICATION routine) {
    Notice* gone = nullptr;
    {
        ke::SpinLockGuard guard{database_lock};
        for (Notice& notice : notices) {
            if (notice.driver.get() == &driver && notice.routine == routine) gone = &notice;
        }
        if (gone != nullptr) gone->hook.unlink();
    }
    mm::destroy(gone);
}

}  // namespace rsl::io
