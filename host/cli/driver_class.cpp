// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/driver_class.hpp"

#include <algorithm>

namespace rsl::cli {
namespace {

// The most telling first: a network driver that uses KMDF too is a network driver.
constexpr DriverClass kByLibrary[] = {
    {"NDIS", "network", "ndis.sys"},
    {"WFP", "network filter (Windows Filtering Platform)", "fwpkclnt.sys"},
    {"minifilter", "file-system filter", "fltmgr.sys"},
    {"storport", "storage adapter", "storport.sys"},
    {"scsiport", "storage adapter (SCSI port)", "scsiport.sys"},
    {"ataport", "storage adapter (ATA port)", "ataport.sys"},
    {"disk class", "storage class", "classpnp.sys"},
    {"audio", "audio (port class)", "portcls.sys"},
    {"streaming", "kernel streaming", "ks.sys"},
    {"display", "display: not RSL's business", "dxgkrnl.sys"},
    {"display", "display: not RSL's business", "videoprt.sys"},
    {"display", "display: not RSL's business", "win32k.sys"},
    {"HID", "human interface device", "hidclass.sys"},
    {"bluetooth", "Bluetooth", "bthport.sys"},
    {"WSK", "kernel sockets", "netio.sys"},
    {"TDI", "network (TDI)", "tdi.sys"},
    {"KMDF", "Kernel-Mode Driver Framework", "wdfldr.sys"},
    {"USB", "USB", "usbd.sys"},
    {"HID", "human interface device", "hidparse.sys"},
};

}  // namespace

DriverClass class_of(std::span<const ImportedFunction> imports) {
    for (const auto& candidate : kByLibrary) {
        const bool uses = std::any_of(imports.begin(), imports.end(), [&](const auto& import) {
            return import.module == candidate.library;
        });
        if (uses) return candidate;
    }
    const auto names = [&](std::string_view name) {
        return std::any_of(imports.begin(), imports.end(),
                           [&](const auto& import) { return import.name == name; });
    };
    if (names("IoAttachDeviceToDeviceStack") || names("IoAttachDeviceToDeviceStackSafe")) {
        return {"WDM", "plug and play function or filter driver", {}};
    }
    if (names("IoRegisterFileSystem")) return {"file system", "file system", {}};
    if (names("IoCreateDevice") || names("WdmlibIoCreateDeviceSecure") ||
        names("IoCreateDeviceSecure")) {
        return {"NT", "makes its own device", {}};
    }
    return {"NT", "makes no device", {}};
}

}  // namespace rsl::cli
