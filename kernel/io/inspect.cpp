// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect kernel/io/...`: drivers, devices, open files, requests under way.
#include "kernel/ke/inspect.hpp"

#include "kernel/io/file.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::io {
namespace {

constexpr size_t kMaxPath = 128;

/// The path of an object, cut to a length that people read.
struct PathText {
    explicit PathText(const void* body) : length(ob::path_of(body, text)) {
        if (length > kMaxPath) length = kMaxPath;
    }
    std::u16string_view view() const { return {text, length}; }
    char16_t text[kMaxPath];
    size_t length;
};

void write_driver(void* context, Driver& driver) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.begin_object();
    out.field("name", driver.name());
    out.field("service", driver.service());
    out.key("base");
    out.value_hex(reinterpret_cast<uint64_t>(driver.DriverStart));
    out.field("bytes", uint64_t{driver.DriverSize});
    if (driver.module != nullptr) out.field("image", driver.module->name());
    out.field("entry_ns", driver.entry_ns);
    uint64_t devices = 0;
    {
        ke::SpinLockGuard guard{database_lock};
        for (auto* at = driver.DeviceObject; at != nullptr; at = at->NextDevice) ++devices;
    }
    out.field("devices", devices);
    out.key("can_unload");
    out.value_bool(driver.DriverUnload != nullptr);
    out.end_object();
}

void write_drivers(ke::JsonWriter& out) {
    out.begin_array();
    each_driver(&write_driver, &out);
    out.end_array();
}

void write_device(ke::JsonWriter& out, Device& device) {
    out.begin_object();
    out.field("name", PathText(&device).view());
    out.field("driver", device.driver.name());
    out.key("type");
    out.value_hex(device.DeviceType);
    out.key("flags");
    out.value_hex(device.DEVICE_OBJECT::Flags);
    out.key("characteristics");
    out.value_hex(device.Characteristics);
    out.field("stack_size", static_cast<uint64_t>(device.StackSize));
    out.field("open_files", static_cast<uint64_t>(device.open_files()));
    if (DEVICE_OBJECT* below = device.extension.AttachedTo) {
        out.field("attached_to", device_of(*below).driver.name());
    }
    out.key("deleting");
    out.value_bool(device.is_delete_pending());
    out.end_object();
}

/// References to a driver's devices; what does not fit is not shown.
struct DeviceList {
    static constexpr size_t kMax = 64;
    explicit DeviceList(Driver& driver) {
        ke::SpinLockGuard guard{database_lock};
        for (auto* at = driver.DeviceObject; at != nullptr && count < kMax; at = at->NextDevice) {
            devices[count++] = Ref<Device>(device_of(*at));
        }
    }
    Ref<Device> devices[kMax];
    size_t count = 0;
};

void write_devices_of(void* context, Driver& driver) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    const DeviceList list(driver);
    for (size_t i = 0; i < list.count; ++i) write_device(out, *list.devices[i]);
}

void write_devices(ke::JsonWriter& out) {
    out.begin_array();
    each_driver(&write_devices_of, &out);
    out.end_array();
}

void write_file(void* context, File& file) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    out.begin_object();
    out.field("name", PathText(&file).view());
    out.field("driver", device_of(*file.DeviceObject).driver.name());
    out.key("flags");
    out.value_hex(file.Flags);
    out.key("access");
    out.value_hex(file.granted);
    out.key("cleaned_up");
    out.value_bool((file.Flags & FO_CLEANUP_COMPLETE) != 0);
    out.end_object();
}

void write_files(ke::JsonWriter& out) {
    out.begin_array();
    each_file(&write_file, &out);
    out.end_array();
}

/// What is told of a request; copied under the thread's lock, after which the request may be gone.
struct RequestLine {
    uint8_t major, minor;
    bool cancelled, in_driver;
    IrpKind kind;
    uint64_t irp;
    char16_t driver[48];
    size_t driver_length;
};

size_t copy_requests(ThreadIo& requests, std::span<RequestLine> out) {
    size_t count = 0;
    ke::InterruptLockGuard guard{requests.lock};
    each_request_locked(requests, [&](IrpBlock& block) {
        IRP& irp = block.irp();
        RequestLine& line = out[count++];
        line = {};
        line.irp = reinterpret_cast<uint64_t>(&irp);
        line.kind = block.kind;
        line.cancelled = irp.Cancel != 0;
        line.in_driver = block.phase.load(std::memory_order_relaxed) != IrpPhase::kComplete;
        const bool more = count < out.size();
        if (!line.in_driver || is_past_stack(irp) || irp.CurrentLocation < 1) return more;
        const IO_STACK_LOCATION& location = first_location(irp)[irp.CurrentLocation - 1];
        line.major = location.MajorFunction;
        line.minor = location.MinorFunction;
        if (location.DeviceObject == nullptr) return more;
        const std::u16string_view name = device_of(*location.DeviceObject).driver.name();
        line.driver_length = name.copy(line.driver, sizeof(line.driver) / sizeof(char16_t));
        return more;
    });
    return count;
}

void write_thread_requests(void* context, ps::Thread& thread) {
    auto& out = *static_cast<ke::JsonWriter*>(context);
    RequestLine lines[8];
    const size_t count = copy_requests(thread.requests, lines);
    for (size_t i = 0; i < count; ++i) {
        const RequestLine& line = lines[i];
        out.begin_object();
        out.key("irp");
        out.value_hex(line.irp);
        out.field("thread", reinterpret_cast<uint64_t>(thread.client_id.UniqueThread));
        out.field("process", reinterpret_cast<uint64_t>(thread.client_id.UniqueProcess));
        out.field("driver", std::u16string_view(line.driver, line.driver_length));
        out.key("major");
        out.value_hex(line.major);
        out.key("minor");
        out.value_hex(line.minor);
        out.key("waited_for");
        out.value_bool(line.kind == IrpKind::kWaited);
        out.key("cancelled");
        out.value_bool(line.cancelled);
        out.end_object();
    }
}

void write_irps(ke::JsonWriter& out) {
    out.begin_array();
    ps::each_process([](void* context, ps::Process& process) {
        ps::each_thread(process, &write_thread_requests, context);
    }, &out);
    out.end_array();
}

}  // namespace

RSL_INSPECTOR(io_drivers, "kernel/io/drivers", write_drivers);
RSL_INSPECTOR(io_devices, "kernel/io/devices", write_devices);
RSL_INSPECTOR(io_files, "kernel/io/files", write_files);
RSL_INSPECTOR(io_irps, "kernel/io/irps", write_irps);

}  // namespace rsl::io
