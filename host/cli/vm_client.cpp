// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/vm_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/core/result.hpp"
#include "host/cli/status_text.hpp"
#include "host/cli/supervisor_client.hpp"

namespace rsl::cli {
namespace {

constexpr rsl_status kObjectNameNotFound = static_cast<rsl_status>(0xC0000034u);
constexpr rsl_status kObjectPathNotFound = static_cast<rsl_status>(0xC000003Au);
constexpr rsl_status kNoSuchDevice = static_cast<rsl_status>(0xC000000Eu);

int collect(void* context, const char* name, const char* type) {
    static_cast<std::vector<NamedObject>*>(context)->push_back({name, type});
    return 0;
}

}  // namespace

std::string vm_name(const Invocation& call) {
    const char* named = ::getenv("RSL_VM");
    return call.value_or("vm", named != nullptr && *named != 0 ? named : "default");
}

Error explain_end(const std::string& name) {
    auto supervisor = SupervisorClient::connect(name);
    if (!supervisor) return Error("the VM and its supervisor have gone");
    const auto status = supervisor->status();
    if (!status || status->reply.state != wire::VmState::kDead)
        return Error("the connection to the VM was lost");
    const auto& detail = status->detail;
    std::string why = detail.value("end", std::string());
    if (why.empty()) why = "the VM was stopped";
    const bool crashed = detail.contains("bug_check");
    why += fmt::format("; 'rsl status --vm {}' has the report, 'rsl stop --vm {}' clears it away",
                       name, name);
    return Error(why, crashed ? ExitCode::kDriverCrashed : ExitCode::kVmFailed);
}

HostResult<VmClient> VmClient::connect(const Invocation& call) {
    const std::string name = vm_name(call);
    RSL_TRY(SupervisorClient::connect(name));  // says better than the library what is missing
    rsl_connect_options options{};
    options.size = sizeof(options);
    options.vm = name.c_str();
    options.program = "rsl";
    options.flags = RSL_CONNECT_KEEP_MEMORY;  // it loads drivers that nobody knows
    rsl_client* client = rsl_connect_with(&options);
    if (client == nullptr) {
        const std::string why = rsl_last_error();
        auto supervisor = SupervisorClient::connect(name);
        const auto status =
            supervisor ? supervisor->status() : HostResult<VmStatus>(supervisor.failure());
        if (status && status->reply.state == wire::VmState::kDead) return explain_end(name);
        return Error(why);
    }
    return VmClient(client, [name] { return explain_end(name); });
}

HostResult<VmClient> VmClient::adopt(rsl_ring_fds ring, std::function<Error()> why_gone) {
    ring.flags |= RSL_CONNECT_KEEP_MEMORY;
    rsl_client* client = rsl_adopt(&ring);
    if (client == nullptr) return Error(rsl_last_error());
    return VmClient(client, std::move(why_gone));
}

Error VmClient::failed(const std::string& what, rsl_status status) const {
    if (status == RSL_STATUS_DISCONNECTED && why_gone_) return why_gone_();
    return Error::refused(fmt::format("{}: {}", what, status_text(status)), status);
}

HostResult<rsl_driver_report> VmClient::load_driver(const std::string& service,
                                                    const Bytes& image) {
    rsl_driver_report report{};
    const rsl_status status =
        rsl_load_driver(client_.get(), service.c_str(), image.data(), image.size(), &report);
    if (RSL_SUCCEEDED(status)) return report;
    if (status == RSL_STATUS_DISCONNECTED) return failed("", status);
    report.text[sizeof(report.text) - 1] = 0;
    if (!RSL_SUCCEEDED(report.entry_status)) {
        return Error::refused(
            fmt::format("the driver {} refused to start: its DriverEntry returned {}{}{}", service,
                        status_text(report.entry_status), report.text[0] != 0 ? "; " : "",
                        report.text),
            report.entry_status);
    }
    return Error::refused(report.text[0] != 0
                              ? fmt::format("{} {}", service, report.text)
                              : fmt::format("cannot load {}: {}", service, status_text(status)),
                          status);
}

HostResult<rsl_driver_report> VmClient::unload_driver(const std::string& service) {
    rsl_driver_report report{};
    const rsl_status status = rsl_unload_driver(client_.get(), service.c_str(), &report);
    report.text[sizeof(report.text) - 1] = 0;
    if (RSL_SUCCEEDED(status)) return report;
    if (status == kObjectNameNotFound) {
        std::string loaded;
        if (const auto all = drivers()) {
            for (const auto& driver : *all) loaded += (loaded.empty() ? "" : ", ") + driver.name;
        }
        return Error::refused(fmt::format("no driver '{}' is loaded; loaded are: {}", service,
                                          loaded.empty() ? "none" : loaded),
                              status);
    }
    if (report.text[0] != 0)
        return Error::refused(fmt::format("cannot unload {}: {}", service, report.text), status);
    return failed("cannot unload " + service, status);
}

HostResult<void> VmClient::verify_driver(const std::string& service, const VerifyOptions& options) {
    const rsl_status status = rsl_verify_driver(client_.get(), service.c_str(), options.flags,
                                                options.seed, options.rate);
    if (!RSL_SUCCEEDED(status)) return failed("cannot verify " + service, status);
    return {};
}

HostResult<std::vector<NamedObject>> VmClient::drivers() {
    std::vector<NamedObject> found;
    const rsl_status status = rsl_list_drivers(client_.get(), collect, &found);
    if (!RSL_SUCCEEDED(status)) return failed("cannot list drivers", status);
    return found;
}

HostResult<rsl_handle> VmClient::open(const std::string& device, uint32_t access) {
    rsl_handle handle = 0;
    const rsl_status status = rsl_open(client_.get(), device.c_str(), access, &handle);
    if (RSL_SUCCEEDED(status)) return handle;
    if (status == kObjectNameNotFound || status == kObjectPathNotFound || status == kNoSuchDevice)
        return no_such_device(device, status);
    return failed("cannot open " + device, status);
}

Error VmClient::no_such_device(const std::string& device, rsl_status status) {
    std::string known;
    if (const auto links = directory("\\GLOBAL??")) {
        for (const auto& link : *links) {
            if (link.type == "SymbolicLink")
                known += (known.empty() ? "\\\\.\\" : ", \\\\.\\") + link.name;
        }
    }
    if (const auto devices = directory("\\Device")) {
        for (const auto& object : *devices) {
            if (object.type == "Device")
                known += (known.empty() ? "\\Device\\" : ", \\Device\\") + object.name;
        }
    }
    return Error::refused(fmt::format("there is no device {}; there are: {}", device,
                                      known.empty() ? "none, is the driver loaded?" : known),
                          status);
}

void VmClient::close(rsl_handle handle) { (void)rsl_close(client_.get(), handle); }

HostResult<Bytes> VmClient::ioctl(rsl_handle handle, uint32_t code, const Bytes& input,
                                  size_t output_bytes) {
    Bytes output(output_bytes);
    size_t bytes = 0;
    const rsl_status status = rsl_ioctl(client_.get(), handle, code, input.data(), input.size(),
                                        output.data(), output.size(), &bytes);
    if (!RSL_SUCCEEDED(status))
        return failed(fmt::format("the device refused I/O control 0x{:X}", code), status);
    output.resize(std::min(bytes, output.size()));
    return output;
}

HostResult<Bytes> VmClient::read(rsl_handle handle, int64_t offset, size_t bytes) {
    Bytes output(bytes);
    size_t got = 0;
    const rsl_status status =
        rsl_read(client_.get(), handle, offset, output.data(), output.size(), &got);
    if (!RSL_SUCCEEDED(status)) return failed("the device refused the read", status);
    output.resize(std::min(got, output.size()));
    return output;
}

HostResult<size_t> VmClient::write(rsl_handle handle, int64_t offset, const Bytes& data) {
    size_t written = 0;
    const rsl_status status =
        rsl_write(client_.get(), handle, offset, data.data(), data.size(), &written);
    if (!RSL_SUCCEEDED(status)) return failed("the device refused the write", status);
    return written;
}

HostResult<std::vector<NamedObject>> VmClient::directory(const std::string& path) {
    std::vector<NamedObject> found;
    const rsl_status status = rsl_list_directory(client_.get(), path.c_str(), collect, &found);
    if (!RSL_SUCCEEDED(status)) return failed("cannot list " + path, status);
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

HostResult<std::string> VmClient::link_target(const std::string& path) {
    char target[1024] = {};
    const rsl_status status = rsl_read_link(client_.get(), path.c_str(), target, sizeof(target));
    if (!RSL_SUCCEEDED(status)) return failed("cannot read the link " + path, status);
    return std::string(target);
}

HostResult<std::string> VmClient::inspect(const std::string& path) {
    std::string text(64 * 1024, '\0');
    for (int attempt = 0; attempt < 3; ++attempt) {
        size_t needed = 0;
        const rsl_status status =
            rsl_inspect(client_.get(), path.c_str(), text.data(), text.size(), &needed);
        if (status == RSL_STATUS_BUFFER_TOO_SMALL && needed >= text.size()) {
            text.resize(needed + 4096);
            continue;
        }
        if (!RSL_SUCCEEDED(status))
            return failed(
                fmt::format("cannot inspect '{}' ('rsl inspect' lists what there is)", path),
                status);
        text.resize(std::min(needed, text.size()));
        return text;
    }
    return Error("the state of '" + path + "' keeps growing");
}

}  // namespace rsl::cli
