// SPDX-License-Identifier: GPL-2.0-only
// What installing an INF file for our machine (NT 10.0, x64) means: which ids it serves, which
// files its services are made of, which registry values it writes. Pure: nothing is written here.
//
// Per hardware id an entry of the driver database (docs/nt/pnp.md), which the PnP manager copies to
// a device when it appears; services, classes and absolute keys at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/inf/file.hpp"

namespace rsl::inf {

struct RegistryValue {
    std::string key;   // "\Registry\Machine\..."
    std::string name;  // empty: the default value
    uint32_t type = 1;
    std::vector<std::byte> data;
    enum class Action { kSet, kKeepExisting, kKeyOnly, kDelete } action = Action::kSet;
};

struct Service {
    std::string name;
    std::string file;  // "com0com.sys", as it is called on the installation disk
    std::vector<std::string>
        folders;  // where it may lie, below the INF's own folder, most likely first
    bool is_function_driver = false;
    size_t line = 0;
};

struct Model {
    std::string description;
    std::string manufacturer;
    std::string section;           // the install section chosen, decoration included
    std::vector<std::string> ids;  // the hardware id, then compatible ids
    std::string service;           // of the function driver; empty: none
};

struct Plan {
    std::string class_name, class_guid, provider, driver_version;
    std::vector<Model> models;
    std::vector<Service> services;
    std::vector<RegistryValue> values;
    std::vector<std::string> notes;  // what is left out, and why
};

/// Reads the plan out of a file. `file_name` is the INF's own, for InfPath.
HostResult<Plan> make_plan(const File& file);

/// How well a decoration ("NTamd64.10.0...") fits: higher is better, negative: not at all.
int rank_of_decoration(std::string_view decoration);

}  // namespace rsl::inf
