// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/installer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/core/result.hpp"
#include "host/cli/driver_file.hpp"
#include "host/cli/status_text.hpp"
#include "host/inf/registry.hpp"

namespace rsl::cli {
namespace {

namespace fs = std::filesystem;

/// A path below a folder whose components are written as on Windows: '\\' between them, case
/// ignored.
std::string find_file(const fs::path& folder, const std::string& relative,
                      const std::string& name) {
    fs::path at = folder;
    std::string rest = relative + "\\" + name;
    std::replace(rest.begin(), rest.end(), '\\', '/');
    for (const auto& component : fs::path(rest)) {
        const std::string wanted = component.string();
        if (wanted.empty() || wanted == "/" || wanted == ".") continue;
        if (wanted == "..") return {};
        std::error_code failed;
        fs::path found;
        for (const auto& entry : fs::directory_iterator(at, failed)) {
            if (inf::same(entry.path().filename().string(), wanted)) found = entry.path();
        }
        if (failed || found.empty()) return {};
        at = found;
    }
    std::error_code failed;
    return fs::is_regular_file(at, failed) ? at.string() : std::string();
}

HostResult<std::string> locate(const fs::path& folder, const inf::Service& service,
                               const std::string& inf_name) {
    for (const auto& below : service.folders) {
        const std::string found = find_file(folder, below, service.file);
        if (!found.empty()) return found;
    }
    return Error::wrong_use(
        fmt::format("{}:{}: the driver {} of service {} is not beside the INF file ({})", inf_name,
                    service.line, service.file, service.name, folder.string()));
}

/// The strings of a REG_SZ or REG_MULTI_SZ of ASCII text, such as names of services.
std::vector<std::string> strings_of(const std::vector<std::byte>& data) {
    std::vector<std::string> strings(1);
    for (size_t i = 0; i + 1 < data.size(); i += 2) {
        const char c = static_cast<char>(data[i]);
        if (c != 0)
            strings.back() += c;
        else if (!strings.back().empty())
            strings.emplace_back();
    }
    if (strings.back().empty()) strings.pop_back();
    return strings;
}

/// Filters that are part of Windows (serenum and its like) are not there: a device works without
/// them, but not with one that cannot be loaded.
void leave_out_missing_filters(Package& package) {
    const auto is_there = [&](const std::string& service) {
        return std::any_of(package.images.begin(), package.images.end(),
                           [&](const auto& image) { return inf::same(image.service, service); });
    };
    std::vector<std::string> noted;
    for (auto& value : package.plan.values) {
        if (!inf::same(value.name, "UpperFilters") && !inf::same(value.name, "LowerFilters"))
            continue;
        std::vector<std::string> kept;
        for (const auto& service : strings_of(value.data)) {
            if (is_there(service)) {
                kept.push_back(service);
            } else if (std::find(noted.begin(), noted.end(), service) == noted.end()) {
                noted.push_back(service);
                package.plan.notes.push_back("the filter " + service +
                                             " has no driver here and is left out");
            }
        }
        value.type = 7;  // REG_MULTI_SZ
        value.data = inf::list_data(kept);
    }
}

uint32_t flags_of(const inf::RegistryValue& value) {
    switch (value.action) {
        case inf::RegistryValue::Action::kKeepExisting:
            return RSL_REGISTRY_KEEP_EXISTING;
        case inf::RegistryValue::Action::kKeyOnly:
            return RSL_REGISTRY_KEY_ONLY;
        case inf::RegistryValue::Action::kDelete:
            return RSL_REGISTRY_DELETE_VALUE;
        default:
            return 0;
    }
}

HostResult<void> write_registry(VmClient& vm, const inf::Plan& plan) {
    constexpr rsl_status kNotThere = static_cast<rsl_status>(0xC0000034u);
    for (const auto& value : plan.values) {
        const rsl_status status =
            rsl_set_registry_value(vm.raw(), value.key.c_str(), value.name.c_str(), value.type,
                                   value.data.data(), value.data.size(), flags_of(value));
        if (RSL_SUCCEEDED(status)) continue;
        if (value.action == inf::RegistryValue::Action::kDelete && status == kNotThere) continue;
        return Error::refused(fmt::format("cannot write the registry value {}\\{}: {}", value.key,
                                          value.name, status_text(status)),
                              status);
    }
    return {};
}

/// A VM that crashes in the next second has the installation all the same.
HostResult<void> flush_registry(VmClient& vm) {
    for (const char* hive : {"\\Registry\\Machine\\System", "\\Registry\\Machine\\Software"}) {
        const rsl_status status =
            rsl_set_registry_value(vm.raw(), hive, "", 0, nullptr, 0, RSL_REGISTRY_KEY_ONLY | RSL_REGISTRY_FLUSH);
        if (!RSL_SUCCEEDED(status))
            return Error::refused(fmt::format("cannot write the registry to disk: {}", status_text(status)), status);
    }
    return {};
}

HostResult<void> store_images(VmClient& vm, const Package& package) {
    for (const auto& image : package.images) {
        const rsl_status status = rsl_store_driver(vm.raw(), image.service.c_str(),
                                                   image.bytes.data(), image.bytes.size());
        if (!RSL_SUCCEEDED(status)) {
            return Error::refused(
                fmt::format("cannot keep the driver {}: {}", image.service, status_text(status)),
                status);
        }
    }
    return {};
}

bool serves(const inf::Plan& plan, const std::string& id) {
    return std::any_of(plan.models.begin(), plan.models.end(), [&](const inf::Model& model) {
        return std::any_of(model.ids.begin(), model.ids.end(),
                           [&](const auto& own) { return inf::same(own, id); });
    });
}

bool serves(const inf::Plan& plan, const DeviceLine& device) {
    return std::any_of(device.ids.begin(), device.ids.end(),
                       [&](const auto& id) { return serves(plan, id); });
}

/// Ids for which a device has to be made: the one asked for, or those of the root that nobody has.
HostResult<std::vector<std::string>> ids_to_make(VmClient& vm, const inf::Plan& plan,
                                                 const std::string& hardware_id) {
    std::vector<std::string> ids;
    if (!hardware_id.empty()) {
        if (!serves(plan, hardware_id)) {
            std::string known;
            for (const auto& model : plan.models) {
                for (const auto& id : model.ids) known += (known.empty() ? "" : ", ") + id;
            }
            return Error::wrong_use(fmt::format("the INF file does not serve '{}'; it serves {}",
                                                hardware_id, known.empty() ? "nothing" : known));
        }
        ids.push_back(hardware_id);
        return ids;
    }
    const auto tree = RSL_TRY(device_tree(vm));
    for (const auto& model : plan.models) {
        if (model.ids.empty() || !inf::lower(model.ids[0]).starts_with("root\\")) continue;
        const auto has = [&](const DeviceLine& device) {
            return std::any_of(device.ids.begin(), device.ids.end(),
                               [&](const auto& id) { return inf::same(id, model.ids[0]); });
        };
        if (std::none_of(tree.begin(), tree.end(), has)) ids.push_back(model.ids[0]);
    }
    return ids;
}

void flatten(const Json& node, int depth, std::vector<DeviceLine>& out) {
    DeviceLine line;
    line.id = node.value("id", "");
    line.state = node.value("state", "");
    line.service = node.value("service", "");
    line.description = node.value("description", "");
    line.problem = node.value("problem", 0);
    line.problem_name = node.value("problem_name", "");
    line.depth = depth;
    for (const char* list : {"hardware_ids", "compatible_ids"}) {
        for (const auto& id : node.value(list, Json::array()))
            line.ids.push_back(id.get<std::string>());
    }
    line.json = node;
    line.json.erase("children");
    out.push_back(std::move(line));
    for (const auto& child : node.value("children", Json::array())) flatten(child, depth + 1, out);
}

}  // namespace

HostResult<Package> read_package(const std::string& inf_path) {
    const Bytes bytes = RSL_TRY(read_file(inf_path));
    const fs::path path(inf_path);
    const auto file = RSL_TRY(inf::File::parse(bytes, path.filename().string()));
    Package package{.plan = RSL_TRY(inf::make_plan(file)), .images = {}};
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::string missing;
    for (const auto& service : package.plan.services) {
        const auto found = locate(folder, service, file.name());
        if (!found) {
            // One file serves many devices: those whose driver is there can be installed.
            missing = found.failure().text();
            package.plan.notes.push_back(missing + "; devices that need it do not start");
            continue;
        }
        const auto driver = RSL_TRY(DriverFile::open(*found));
        package.images.push_back({service.name, *found, driver.bytes()});
    }
    if (package.images.empty() && !missing.empty()) return Error::wrong_use(missing);
    leave_out_missing_filters(package);
    return package;
}

HostResult<Package> package_of_driver(const std::string& sys_path, const std::string& hardware_id) {
    const auto driver = RSL_TRY(DriverFile::open(sys_path));
    Package package;
    inf::Model model{.description = driver.service(),
                     .manufacturer = "",
                     .section = "",
                     .ids = {hardware_id},
                     .service = driver.service()};
    std::string key = hardware_id;
    std::replace(key.begin(), key.end(), '\\', '#');
    key = "\\Registry\\Machine\\System\\DriverDatabase\\DeviceIds\\" + key;
    for (const auto& [name, text] :
         {std::pair{"Service", driver.service()}, std::pair{"DeviceDesc", driver.service()}}) {
        package.plan.values.push_back(
            {key, name, 1, inf::text_data(text), inf::RegistryValue::Action::kSet});
    }
    package.plan.models.push_back(model);
    package.images.push_back({driver.service(), sys_path, driver.bytes()});
    return package;
}

HostResult<std::vector<DeviceLine>> device_tree(VmClient& vm) {
    const std::string text = RSL_TRY(vm.inspect("kernel/pnp/devices"));
    const Json tree = Json::parse(text, nullptr, false);
    if (!tree.is_object())
        return Error("the kernel's device tree is not JSON: " + text.substr(0, 200));
    std::vector<DeviceLine> lines;
    flatten(tree, 0, lines);
    return lines;
}

HostResult<std::string> device_action(VmClient& vm, rsl_device_operation operation,
                                      const std::string& device) {
    char path[512] = {};
    const rsl_status status =
        rsl_device_action(vm.raw(), operation, device.c_str(), path, sizeof(path));
    if (RSL_SUCCEEDED(status)) return std::string(path);
    constexpr rsl_status kNoSuchDevice = static_cast<rsl_status>(0xC000000Eu),
                         kVetoed = static_cast<rsl_status>(0x80000028u);
    if (status == kNoSuchDevice) {
        return Error::refused(
            fmt::format("there is no device '{}'; 'rsl tree devices' shows those that there are",
                        device),
            status);
    }
    if (status == kVetoed) {
        return Error::refused(
            fmt::format(
                "a driver or an open file keeps the device {}: STATUS_PLUGPLAY_QUERY_VETOED",
                device),
            status);
    }
    return Error::refused(fmt::format("the device {} refused: {}", device, status_text(status)),
                          status);
}

HostResult<Installed> install(VmClient& vm, const Package& package,
                              const std::string& hardware_id) {
    const auto ids = RSL_TRY(ids_to_make(vm, package.plan, hardware_id));
    RSL_TRY(write_registry(vm, package.plan));  // first: ImagePath says where a driver is kept
    RSL_TRY(store_images(vm, package));
    for (const auto& id : ids) RSL_TRY(device_action(vm, RSL_DEVICE_ADD, id));
    RSL_TRY(device_action(vm, RSL_DEVICE_SCAN, ""));
    RSL_TRY(flush_registry(vm));
    Installed installed;
    for (auto& device : RSL_TRY(device_tree(vm))) {
        if (serves(package.plan, device)) installed.devices.push_back(std::move(device));
    }
    return installed;
}

}  // namespace rsl::cli
