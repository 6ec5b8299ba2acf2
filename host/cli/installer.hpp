// SPDX-License-Identifier: GPL-2.0-only
// Installing an INF file in a VM that runs: files, registry, devices. What the file means:
// host/inf.
#pragma once

#include <string>
#include <vector>

#include "host/cli/vm_client.hpp"
#include "host/inf/plan.hpp"

namespace rsl::cli {

/// An INF file with the drivers that lie beside it.
struct Package {
    inf::Plan plan;
    struct Image {
        std::string service, path;
        Bytes bytes;
    };
    std::vector<Image> images;
};
/// Reads the INF and every driver that its services are made of.
HostResult<Package> read_package(const std::string& inf_path);
/// The same made up for a driver without an INF: it serves this one id.
HostResult<Package> package_of_driver(const std::string& sys_path, const std::string& hardware_id);

/// One device of the tree, as kernel/pnp/devices tells it.
struct DeviceLine {
    std::string id, state, service, description, problem_name;
    int problem = 0, depth = 0;
    std::vector<std::string> ids;  // hardware ids, then compatible ids
    Json json;                     // without its children
};
HostResult<std::vector<DeviceLine>> device_tree(VmClient& vm);

struct Installed {
    std::vector<DeviceLine> devices;  // that the package serves, as they are now
};
/// Writes everything and has the PnP manager look. `hardware_id`: makes a root-enumerated device
/// with it, if the package serves it; empty: one for each id "ROOT\..." that no device has yet.
HostResult<Installed> install(VmClient& vm, const Package& package, const std::string& hardware_id);

/// An action on a device by its instance path; the answer is the path of an added device.
HostResult<std::string> device_action(VmClient& vm, rsl_device_operation operation,
                                      const std::string& device);

}  // namespace rsl::cli
