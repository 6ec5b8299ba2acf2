// SPDX-License-Identifier: GPL-2.0-only
// The one list of verbs.
#include "host/cli/verbs.hpp"

namespace rsl::cli {

std::span<const Verb* const> all_verbs() {
    static const Verb* const kAll[] = {
        &kRun,          &kStart,      &kStop,  &kStatus,  &kList,  &kDriverInstall, &kDriverLoad,
        &kDriverUnload, &kDriverList, &kIoctl, &kRead,    &kWrite, &kDeviceAdd, &kDeviceRemove, &kDeviceDisable, &kDeviceEnable, &kDeviceRestart, &kDeviceScan, &kTreeDevices, &kTree,
        &kInspect,      &kLog,        &kCheck, &kExports, &kBench, &kDoctor,
        &kCompletion,   &kManual,     &kHelp,  &kVersion};
    return kAll;
}

}  // namespace rsl::cli
