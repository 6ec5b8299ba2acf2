// SPDX-License-Identifier: GPL-2.0-only
// Opening a file below a device: ob's parse routines, and IRP_MJ_CREATE.
#include "abi/functions/se.h"
#include "abi/types/se.h"
#include "kernel/io/completion_queue.hpp"
#include "kernel/io/file.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/io/mount.hpp"
#include "kernel/io/request.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ob/access.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kNameTag = mm::pool_tag("IoNm");
constexpr uint64_t kIoRemount = 1;

OpenRequest* open_request_of(const ob::ParseRequest& request) {
    auto* open = static_cast<OpenRequest*>(request.context);
    return open != nullptr && open->magic == OpenRequest::kMagic ? open : nullptr;
}

uint32_t file_flags(const OpenRequest& open, uint32_t attributes) {
    constexpr struct {
        uint32_t option, flag;
    } kMap[] = {
        {FILE_SYNCHRONOUS_IO_ALERT, FO_SYNCHRONOUS_IO | FO_ALERTABLE_IO},
        {FILE_SYNCHRONOUS_IO_NONALERT, FO_SYNCHRONOUS_IO},
        {FILE_NO_INTERMEDIATE_BUFFERING, FO_NO_INTERMEDIATE_BUFFERING},
        {FILE_WRITE_THROUGH, FO_WRITE_THROUGH},
        {FILE_SEQUENTIAL_ONLY, FO_SEQUENTIAL_ONLY},
        {FILE_RANDOM_ACCESS, FO_RANDOM_ACCESS},
        {FILE_DELETE_ON_CLOSE, 0},  // the file system sets FO_DELETE_ON_CLOSE
    };
    uint32_t flags = 0;
    for (const auto& entry : kMap) {
        if ((open.create_options & entry.option) != 0) flags |= entry.flag;
    }
    if ((attributes & OBJ_CASE_INSENSITIVE) == 0) flags |= FO_OPENED_CASE_SENSITIVE;
    if (open.kind == CreateFileTypeNamedPipe) flags |= FO_NAMED_PIPE;
    if (open.kind == CreateFileTypeMailslot) flags |= FO_MAILSLOT;
    return flags;
}

Result<void> set_name(File& file, std::u16string_view name) {
    if (name.empty()) return {};
    const size_t bytes = name.size() * sizeof(char16_t);
    if (bytes > UNICODE_STRING_MAX_BYTES) return Status::kObjectNameInvalid;
    auto* buffer = static_cast<char16_t*>(mm::allocate(bytes + sizeof(char16_t), kNameTag));
    if (buffer == nullptr) return Status::kInsufficientResources;
    name.copy(buffer, name.size());
    buffer[name.size()] = 0;
    file.FileName = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + sizeof(char16_t)), buffer};
    return {};
}

/// What drivers may ask about the opener. Lives as long as IRP_MJ_CREATE does.
struct OpenerSecurity {
    explicit OpenerSecurity(const OpenRequest& open) {
        SeCaptureSubjectContext(&state.SubjectSecurityContext);
        state.RemainingDesiredAccess = 0;
        state.PreviouslyGrantedAccess = open.access;
        state.OriginalDesiredAccess = open.access;
        state.SecurityEvaluated = TRUE;
        context.AccessState = &state;
        context.DesiredAccess = open.access;
        context.FullCreateOptions = open.create_options;
    }
    OpenerSecurity(const OpenerSecurity&) = delete;
    OpenerSecurity& operator=(const OpenerSecurity&) = delete;
    ~OpenerSecurity() { SeReleaseSubjectContext(&state.SubjectSecurityContext); }
    ACCESS_STATE state = {};
    IO_SECURITY_CONTEXT context = {};
};

void fill_create(IRP& irp, IO_STACK_LOCATION& location, const OpenRequest& open,
                 uint32_t attributes, OpenerSecurity& security) {
    irp.Flags |= IRP_CREATE_OPERATION | IRP_DEFER_IO_COMPLETION;
    irp.RequestorMode = open.mode;
    irp.Overlay.AllocationSize.QuadPart = open.allocation_bytes;
    irp.AssociatedIrp.SystemBuffer = open.ea;
    auto& create = location.Parameters.Create;
    create.SecurityContext = &security.context;
    create.Options = open.disposition << 24 | (open.create_options & FILE_VALID_OPTION_FLAGS);
    create.FileAttributes = static_cast<USHORT>(open.file_attributes);
    create.ShareAccess = static_cast<USHORT>(open.share_access);
    create.EaLength = open.ea_bytes;
    if (open.kind == CreateFileTypeNamedPipe) {
        location.Parameters.CreatePipe.Parameters =
            static_cast<PNAMED_PIPE_CREATE_PARAMETERS>(open.extra);
    } else if (open.kind == CreateFileTypeMailslot) {
        location.Parameters.CreateMailslot.Parameters =
            static_cast<PMAILSLOT_CREATE_PARAMETERS>(open.extra);
    }
    location.Flags = static_cast<UCHAR>(open.io_options & (SL_FORCE_ACCESS_CHECK | SL_OPEN_TARGET_DIRECTORY | SL_STOP_ON_SYMLINK));
    if ((attributes & OBJ_FORCE_ACCESS_CHECK) != 0) location.Flags |= SL_FORCE_ACCESS_CHECK;
    if ((attributes & OBJ_CASE_INSENSITIVE) == 0) location.Flags |= SL_CASE_SENSITIVE;
}

uint8_t create_function(CREATE_FILE_TYPE kind) {
    switch (kind) {
        case CreateFileTypeNamedPipe: return IRP_MJ_CREATE_NAMED_PIPE;
        case CreateFileTypeMailslot: return IRP_MJ_CREATE_MAILSLOT;
        default: return IRP_MJ_CREATE;
    }
}

/// A driver that answers STATUS_REPARSE has put the new path into the file object.
int32_t reparse(File& file, const OpenRequest& open, ob::ParseRequest& request) {
    if (open.information == kIoRemount) return STATUS_REPARSE;
    request.reparse_length = file.FileName.Length / sizeof(char16_t);
    request.reparse = std::exchange(file.FileName.Buffer, nullptr);  // ob frees it
    return STATUS_REPARSE;
}

/// The rights that the device's security grants. A name behind the device's is the driver's to judge,
/// unless it has said that its device's security holds for those too.
Result<uint32_t> granted_rights(Device& device, const ob::ParseRequest& request, const OpenRequest& open) {
    const bool forced = ((request.attributes & OBJ_FORCE_ACCESS_CHECK) != 0 ||
                         (open.io_options & IO_FORCE_ACCESS_CHECK) != 0);
    const bool ours =
        request.remaining.empty() || (device.Characteristics & FILE_DEVICE_SECURE_OPEN) != 0;
    const KPROCESSOR_MODE mode = !ours    ? static_cast<KPROCESSOR_MODE>(KernelMode)
                                 : forced ? static_cast<KPROCESSOR_MODE>(UserMode)
                                          : open.mode;
    return ob::grant_access(&device, open.access, mode);
}

bool is_in_stack(const DEVICE_OBJECT& wanted, DEVICE_OBJECT& bottom) {
    ke::SpinLockGuard guard{database_lock};
    for (DEVICE_OBJECT* at = &bottom; at != nullptr; at = at->AttachedDevice) {
        if (at == &wanted) return true;
    }
    return false;
}

/// Who only wants to know what a device is gets its driver, and nothing is mounted for that.
bool is_direct(const OpenRequest& open, const ob::ParseRequest& request) {
    constexpr uint32_t kAboutTheDevice = SYNCHRONIZE | FILE_READ_ATTRIBUTES | READ_CONTROL | WRITE_OWNER | WRITE_DAC;
    return request.remaining.empty() && open.related == nullptr && (open.access & ~kAboutTheDevice) == 0;
}

/// The process may have said where the outcomes of its files' requests go.
void bind_to_process(File& file) {
    io::ProcessIo& process = ps::current_process().io;
    CompletionQueue* port = process.port.load(std::memory_order_acquire);  // pairs with RslBindCompletions
    if (port == nullptr) return;
    port->add_reference();
    file.CompletionContext = &port->keyless();
    file.Flags |= process.file_flags.load(std::memory_order_relaxed);
}

/// Makes a file on a device and asks its driver.
int32_t open_on(Device& device, ob::ParseRequest& request, OpenRequest& open) {
    const auto granted = granted_rights(device, request, open);
    if (!granted) return granted.failure().nt();
    open.access = *granted;
    const bool direct = is_direct(open, request) && !is_mounted(device);
    if (!direct) {
        if (auto mounted = mount(device); !mounted) return mounted.failure().nt();
    }
    const auto how = open.related != nullptr ? Device::Opening::kRelative : Device::Opening::kByName;
    if (auto counted = device.add_file(how); !counted) return counted.failure().nt();
    auto made = ob::make_object<File>(0, device);
    if (!made) {
        device.drop_file();
        return made.failure().nt();
    }
    File& file = **made;  // from here its destructor undoes everything
    file.Flags = file_flags(open, request.attributes);
    file.granted = open.access;
    if (open.mode != KernelMode && !file.is_synchronous()) bind_to_process(file);
    if (direct) {
        file.Vpb = nullptr;
        file.Flags |= FO_DIRECT_DEVICE_OPEN;
    }
    if (open.related != nullptr) {
        file_of(*open.related).add_reference();
        file.RelatedFileObject = open.related;
    }
    if (auto named = set_name(file, request.remaining); !named) return named.failure().nt();

    if (open.only_device != nullptr) {
        if (!is_in_stack(*open.only_device, device)) return STATUS_INVALID_DEVICE_OBJECT_PARAMETER;
        file.hint = Ref<Device>(device_of(*open.only_device));
        file.Flags |= FO_FILE_OBJECT_HAS_EXTENSION;
    }
    DEVICE_OBJECT& top = device_for(file);
    auto ticket = IrpTicket::allocate(static_cast<int8_t>(top.StackSize));
    if (!ticket) return ticket.failure().nt();
    OpenerSecurity security{open};
    fill_create(**ticket, ticket->location(), open, request.attributes, security);
    IO_STATUS_BLOCK outcome = {};
    (*ticket)->UserIosb = &outcome;
    const NTSTATUS status =
        send_and_wait(std::move(*ticket), top, &file, create_function(open.kind), 0);
    open.information = outcome.Information;
    if (status == STATUS_REPARSE) return reparse(file, open, request);
    if (!NT_SUCCESS(status)) return status;
    file.opened = true;
    request.opened = made->release();
    return STATUS_SUCCESS;
}

}  // namespace

int32_t parse_device(void* body, ob::ParseRequest& request) {
    auto& device = *static_cast<Device*>(body);
    if (OpenRequest* open = open_request_of(request)) return open_on(device, request, *open);
    // Somebody wants the device object itself, not a file on it.
    const bool fits = request.wanted_type == nullptr || request.wanted_type == &Device::kType;
    if (!request.remaining.empty() || !fits) return STATUS_OBJECT_TYPE_MISMATCH;
    device.add_reference();
    request.opened = body;
    return STATUS_SUCCESS;
}

int32_t parse_file(void* body, ob::ParseRequest& request) {
    auto& file = *static_cast<File*>(body);
    OpenRequest* open = open_request_of(request);
    if (open == nullptr) return STATUS_OBJECT_TYPE_MISMATCH;
    open->related = &file;
    return open_on(device_of(*file.DeviceObject), request, *open);
}

}  // namespace rsl::io
