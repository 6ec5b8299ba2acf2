// SPDX-License-Identifier: GPL-2.0-only
// The one list of verbs.
#include "host/cli/verbs.hpp"

namespace rsl::cli {

std::span<const Verb* const> all_verbs() {
    // clang-format off: one a line
    static const Verb* const kAll[] = {
        &kRun,
        &kStart,
        &kStop,
        &kStatus,
        &kList,
        &kDriverInstall,
        &kDriverLoad,
        &kDriverUnload,
        &kDriverList,
        &kDriverVerify,
        &kIoctl,
        &kRead,
        &kWrite,
        &kDeviceAdd,
        &kDeviceRemove,
        &kDeviceDisable,
        &kDeviceEnable,
        &kDeviceRestart,
        &kDeviceScan,
        &kDeviceLink,
        &kDiskPull,
        &kTreeDevices,
        &kTree,
        &kInspect,
        &kLog,
        &kNetUp,
        &kNetStatus,
        &kNetCapture,
        &kNetDown,
        &kCheck,
        &kExports,
        &kWine,
        &kWineEnable,
        &kWineDisable,
        &kBench,
        &kDoctor,
        &kCompletion,
        &kManual,
        &kHelp,
        &kVersion,
    };
    // clang-format on
    return kAll;
}

}  // namespace rsl::cli
