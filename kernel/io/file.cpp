// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/file.hpp"

#include "kernel/io/file_security.hpp"

#include "abi/functions/ke.h"
#include "kernel/io/completion_queue.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

/// Runs for each closing handle: the last one tells the driver.
void close_handle(ps::Process&, void* body, uint32_t process_handles, uint32_t all_handles) {
    auto& file = *static_cast<File*>(body);
    if (all_handles != 1 || !file.opened) return;
    const bool synchronous = file.is_synchronous();
    if (synchronous) file.lock();  // after what other threads still do with it
    send_simple(device_for(file), &file, IRP_MJ_CLEANUP);
    file.FILE_OBJECT::Flags |= FO_CLEANUP_COMPLETE;
    if (synchronous) file.unlock();
}

/// Every file object, for `rsl inspect`. Interrupts off rather than DISPATCH_LEVEL: cheaper.
constinit ke::SpinLock files_lock{ke::LockRank::kIo};
constinit IntrusiveList<File, &File::all_hook> files RSL_GUARDED_BY(files_lock);

/// \Device\Name and what follows it.
size_t name_of_file(const void* body, std::span<char16_t> out) {
    const auto& file = *static_cast<const File*>(body);
    if (file.DeviceObject == nullptr) return 0;
    const size_t device = ob::path_of(file.DeviceObject, out);
    const std::u16string_view rest(file.FileName.Buffer, file.FileName.Length / sizeof(char16_t));
    if (device < out.size()) rest.copy(out.data() + device, out.size() - device);
    return device + rest.size();
}

void destroy_file(void* body) {
    auto* file = static_cast<File*>(body);
    {
        ke::InterruptLockGuard guard{files_lock};
        file->all_hook.unlink();
    }
    if (file->opened || (file->made_by_driver && file->FILE_OBJECT::DeviceObject != nullptr)) {
        DEVICE_OBJECT& device = device_for(*file);
        // Opened, but its handle could not be made: the driver hears of both all the same.
        if ((file->Flags & FO_HANDLE_CREATED) == 0) send_simple(device, file, IRP_MJ_CLEANUP);
        send_simple(device, file, IRP_MJ_CLOSE);
    }
    file->~File();
}

}  // namespace

constinit ob::ObjectType File::kType = {
    .name = u"File",
    .pool_tag = mm::pool_tag("File"),
    .mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS},
    .valid_access = FILE_ALL_ACCESS,
    .wait_offset = offsetof(FILE_OBJECT, Event),
    .destroy = &destroy_file,
    .close = &close_handle,
    .parse = &parse_file,
    .query_name = &name_of_file,
    .set_security = [](void* body, uint32_t which, const void* descriptor) {
        return set_file_security(*static_cast<File*>(body), which, descriptor);
    },
    .copy_security = [](void* body, uint32_t which, void** copy) {
        return copy_file_security(*static_cast<File*>(body), which, copy);
    },
    .driver_body_bytes = sizeof(File),
    .construct_for_driver = [](void* body) { ::new (body) File(); },
};

File::File(Device& device) : FILE_OBJECT{} {
    Type = IO_TYPE_FILE;
    Size = sizeof(FILE_OBJECT);
    DeviceObject = &device;
    device.add_reference();
    Vpb = device.Vpb;
    KeInitializeEvent(&Lock, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    IrpList.Flink = IrpList.Blink = &IrpList;
    ke::InterruptLockGuard guard{files_lock};
    files.push_back(*this);
}

File::File() : FILE_OBJECT{} {
    made_by_driver = true;
    Type = IO_TYPE_FILE;
    Size = sizeof(FILE_OBJECT);
    ke::InterruptLockGuard guard{files_lock};
    files.push_back(*this);
}

File::~File() {
    if (CompletionContext != nullptr) unbind(*CompletionContext);
    if (FileName.Buffer != nullptr) mm::free(FileName.Buffer);
    if (RelatedFileObject != nullptr) file_of(*RelatedFileObject).drop_reference();
    if (DeviceObject == nullptr) return;  // a driver's, which came to nothing
    Device& device = device_of(*DeviceObject);
    device.drop_file();
    if (!made_by_driver) device.drop_reference();
}

void each_file(void (*visit)(void* context, File& file), void* context) {
    constexpr size_t kMaxFiles = 1024;
    auto** found = static_cast<File**>(mm::allocate(kMaxFiles * sizeof(File*), mm::pool_tag("IoFl")));
    if (found == nullptr) return;
    size_t count = 0;
    {
        ke::InterruptLockGuard guard{files_lock};
        for (File& file : files) {
            if (count == kMaxFiles) break;
            if (ob::try_reference(&file)) found[count++] = &file;
        }
    }
    for (size_t i = 0; i < count; ++i) {
        const auto file = Ref<File>::adopt(found[i]);
        visit(context, *file);
    }
    mm::free(found);
}

NTSTATUS File::lock() {
    // Pairs with unlock(): what the last holder did is seen by the next.
    if (__atomic_exchange_n(&Busy, 1u, __ATOMIC_ACQUIRE) == 0) return STATUS_SUCCESS;
    const bool alertable = (FILE_OBJECT::Flags & FO_ALERTABLE_IO) != 0;
    const KPROCESSOR_MODE mode =
        alertable ? ke::current_thread().previous_mode : static_cast<KPROCESSOR_MODE>(KernelMode);
    __atomic_add_fetch(&Waiters, 1u, __ATOMIC_SEQ_CST);  // before Busy is looked at: see unlock()
    NTSTATUS status = STATUS_SUCCESS;
    while (__atomic_exchange_n(&Busy, 1u, __ATOMIC_SEQ_CST) != 0) {
        status = ke::wait_one(Lock.Header, ke::Deadline::never(), Executive, mode, alertable);
        if (status != STATUS_SUCCESS) break;
    }
    __atomic_sub_fetch(&Waiters, 1u, __ATOMIC_RELAXED);
    return status;
}

void File::unlock() {
    __atomic_exchange_n(&Busy, 0u, __ATOMIC_SEQ_CST);  // before Waiters is looked at: see lock()
    if (__atomic_load_n(&Waiters, __ATOMIC_SEQ_CST) != 0) KeSetEvent(&Lock, IO_NO_INCREMENT, FALSE);
}

[[gnu::always_inline]] void File::signal() {
    // A synchronous file is signalled except while a request of it is under way, which nobody but the
    // requester should care about: what is set already is not set again.
    if (is_synchronous() && Event.Header.SignalState != 0) return;
    ke::set_notification(Event);
}

[[gnu::always_inline]] Result<Ref<File>> file_from_handle_inline(HANDLE handle, uint32_t access, KPROCESSOR_MODE mode,
                                   uint32_t* granted) {
    OBJECT_HANDLE_INFORMATION about = {};
    void* body = RSL_TRY(ob::reference_handle_inline(handle, &File::kType, access, mode, &about));
    if (granted != nullptr) *granted = about.GrantedAccess;
    return Ref<File>::adopt(static_cast<File*>(body));
}
Result<Ref<File>> file_from_handle(HANDLE handle, uint32_t access, KPROCESSOR_MODE mode, uint32_t* granted) {
    return file_from_handle_inline(handle, access, mode, granted);
}

NTSTATUS send_simple(DEVICE_OBJECT& device, File* file, uint8_t major, uint8_t minor) {
    auto ticket = IrpTicket::allocate(static_cast<int8_t>(device.StackSize));
    while (!ticket) {  // a driver must hear of these: memory will come
        LARGE_INTEGER pause{.QuadPart = -100'000};
        KeDelayExecutionThread(KernelMode, FALSE, &pause);
        ticket = IrpTicket::allocate(static_cast<int8_t>(device.StackSize));
    }
    return send_and_wait(std::move(*ticket), device, file, major, minor);
}

NTSTATUS send_and_wait(IrpTicket ticket, DEVICE_OBJECT& device, File* file, uint8_t major,
                       uint8_t minor) {
    KEVENT done;
    IrpBlock& block = ticket.block();
    block.kind = IrpKind::kWaited;
    block.done = &done;
    IO_STACK_LOCATION& location = ticket.location();
    location.MajorFunction = major;
    location.MinorFunction = minor;
    location.FileObject = file;
    IRP& irp = ticket.release();
    irp.Flags |= IRP_SYNCHRONOUS_API | (major == IRP_MJ_CLOSE ? IRP_CLOSE_OPERATION : 0);
    irp.Tail.Overlay.Thread = ke::nt(ke::current_thread());
    irp.Tail.Overlay.OriginalFileObject = file;
    enter_driver(block, ps::current_thread());
    call_driver(device, irp);
    if (block.phase.load(std::memory_order_acquire) != IrpPhase::kComplete) {
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        leave_driver(block);
        // Pairs with finish_completed(): whoever comes second knows of the other.
        if (block.phase.exchange(IrpPhase::kLeft, std::memory_order_acq_rel) != IrpPhase::kComplete) {
            ke::wait_one(done.Header, ke::Deadline::never());
        }
    }
    return finish_sent(block, true);
}

}  // namespace rsl::io
