// SPDX-License-Identifier: GPL-2.0-only
// The verbs, each defined in the file of its name.
#pragma once

#include "host/cli/verb.hpp"

namespace rsl::cli {

extern const Verb kRun, kStart, kStop, kStatus, kList;
extern const Verb kDriverInstall, kDriverLoad, kDriverUnload, kDriverList, kDriverVerify;
extern const Verb kIoctl, kRead, kWrite;
extern const Verb kDeviceAdd, kDeviceRemove, kDeviceDisable, kDeviceEnable, kDeviceRestart, kDeviceScan, kDeviceLink;
extern const Verb kDiskPull;
extern const Verb kTreeDevices, kTree, kInspect, kLog;
extern const Verb kNetUp, kNetStatus, kNetCapture, kNetDown;
extern const Verb kCheck, kExports;
extern const Verb kWine, kWineEnable, kWineDisable;
extern const Verb kBench, kDoctor;
extern const Verb kHelp, kVersion, kCompletion, kManual;

}  // namespace rsl::cli
