// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/device_text.hpp"

#include <fmt/format.h>

namespace rsl::cli {
namespace {

/// What a problem code means for whoever looks at it.
std::string_view advice(int problem) {
    switch (problem) {
        case 10:
            return "its driver failed IRP_MN_START_DEVICE";
        case 12:
            return "its resources are taken";
        case 22:
            return "disabled; 'rsl device enable' starts it";
        case 28:
            return "no driver is installed for it";
        case 31:
            return "a driver's AddDevice failed";
        case 37:
            return "its driver's DriverEntry failed";
        case 39:
            return "its driver could not be loaded";
        case 43:
            return "its driver reported a failure";
        case 47:
            return "ejected, and still there";
        default:
            return "";
    }
}

std::string one_resource(const Json& resource) {
    const std::string type = resource.value("type", "");
    if (resource.contains("start")) {
        return fmt::format("{} {}+{}", type, resource.value("start", ""),
                           resource.value("bytes", ""));
    }
    if (type != "interrupt") return type;
    if (resource.value("kind", "") == "message")
        return fmt::format("message (vector {})", resource.value("vector", ""));
    return fmt::format("line {} (vector {})", resource.value("line", 0),
                       resource.value("vector", ""));
}

/// The lines of a tree: which ancestors have more children to come.
std::string branch(const std::vector<DeviceLine>& devices, size_t index) {
    const int depth = devices[index].depth;
    std::string text;
    for (int level = 1; level <= depth; ++level) {
        bool more = false;
        for (size_t next = index + 1; next < devices.size() && devices[next].depth >= level;
             ++next) {
            if (devices[next].depth == level) more = true;
            if (more) break;
        }
        if (level == depth)
            text += more ? "├─ " : "└─ ";
        else
            text += more ? "│  " : "   ";
    }
    return text;
}

}  // namespace

std::string resources_text(const Json& device) {
    std::string text;
    for (const auto& resource : device.value("resources", Json::array())) {
        text += (text.empty() ? "" : ", ") + one_resource(resource);
    }
    return text;
}

std::string state_text(const DeviceLine& device) {
    if (device.problem == 0) return device.state;
    std::string text =
        fmt::format("{}, problem {} {}", device.state, device.problem, device.problem_name);
    if (const auto why = advice(device.problem); !why.empty()) text += fmt::format(": {}", why);
    const std::string status = device.json.value("problem_status", "0x0");
    if (status != "0x0") text += fmt::format(" ({})", status);
    return text;
}

void show_installed(const Package& package, const Installed& installed, Output& out) {
    Json drivers = Json::array(), devices = Json::array();
    for (const auto& image : package.images) {
        drivers.push_back({{"service", image.service}, {"file", image.path}});
        out.line("{} {} ({})", out.in(Tone::kGood, "installed"), image.service, image.path);
    }
    for (const auto& note : package.plan.notes) out.line("  {}", out.in(Tone::kDim, note));
    for (const auto& device : installed.devices) {
        devices.push_back(device.json);
        out.line("  device  {}  {}", device.id,
                 out.in(device.problem == 0 ? Tone::kGood : Tone::kBad, state_text(device)));
        if (const auto resources = resources_text(device.json); !resources.empty())
            out.line("          {}", resources);
    }
    if (installed.devices.empty()) {
        std::string ids;
        for (const auto& model : package.plan.models) {
            if (!model.ids.empty()) ids += (ids.empty() ? "" : ", ") + model.ids[0];
        }
        if (!ids.empty())
            out.line(
                "no device with its ids is there yet ({}); it starts when one appears, or make one "
                "with --hwid",
                ids);
    }
    out.data = {{"drivers", drivers}, {"devices", devices}, {"notes", package.plan.notes}};
}

void show_device_tree(const std::vector<DeviceLine>& devices, Output& out) {
    for (size_t i = 0; i < devices.size(); ++i) {
        const auto& device = devices[i];
        std::string line = branch(devices, i) + out.in(Tone::kStrong, device.id);
        if (!device.description.empty()) line += "  " + device.description;
        line += "  " + out.in(device.problem == 0 ? Tone::kGood : Tone::kBad, state_text(device));
        if (!device.service.empty()) line += fmt::format("  [{}]", device.service);
        if (const auto resources = resources_text(device.json); !resources.empty())
            line += "  " + out.in(Tone::kDim, resources);
        out.line("{}", line);
    }
}

}  // namespace rsl::cli
