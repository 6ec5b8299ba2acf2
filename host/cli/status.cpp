// SPDX-License-Identifier: GPL-2.0-only
// `rsl status`: what a VM is, how it does, or how it ended.
#include "host/cli/data_text.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {
namespace {

Json json_of(const VmStatus& status) {
    const auto& reply = status.reply;
    Json json{{"name", status.name},
              {"state", name_of(reply.state)},
              {"accel", reply.accelerator == wire::Accelerator::kKvm ? "kvm" : "tcg"},
              {"profile", reply.profile == wire::Profile::kQ35 ? "q35" : "micro"},
              {"supervisor_pid", reply.supervisor_pid},
              {"qemu_pid", reply.qemu_pid},
              {"processors", reply.processors},
              {"memory_bytes", reply.memory_bytes},
              {"clients", reply.clients},
              {"uptime_ms", reply.uptime_ns / 1'000'000},
              {"boot_ms", static_cast<double>(reply.boot_ns) / 1e6},
              {"private_bytes", reply.private_bytes}};
    for (const auto& [key, value] : status.detail.items()) json[key] = value;
    return json;
}

void print_end(const VmStatus& status, Output& out) {
    const auto& detail = status.detail;
    if (!detail.contains("end")) return;
    out.line("  ended     {}", out.in(Tone::kBad, detail.value("end", std::string())));
    if (const auto report = detail.find("bug_check");
        report != detail.end() && report->is_object()) {
        const auto lines = [&](const char* field) {
            for (const auto& line : report->value(field, nlohmann::json::array()))
                out.line("            {}", line.is_string() ? line.get<std::string>() : line.dump());
        };
        lines("facts");
        if (report->contains("advice"))
            out.line("  to do     {}", report->value("advice", std::string()));
        lines("stack");
    }
    if (const auto why = detail.value("stays_dead", std::string()); !why.empty()) out.line("  restart   no more: {}", why);
}

void print_restarts(const VmStatus& status, Output& out) {
    const auto restarts = status.detail.value("restarts", uint32_t{0});
    if (restarts == 0) return;
    out.line("  restarts  {}; the VM before ended: {}", restarts, out.in(Tone::kBad, status.detail.value("previous_end", std::string())));
}

}  // namespace

const Verb kStatus{
    .path = "status",
    .summary = "show how a VM does, or how it ended",
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto supervisor = RSL_TRY(SupervisorClient::connect(vm_name(call)));
        const auto status = RSL_TRY(supervisor.status());
        const auto clients = RSL_TRY(supervisor.clients());
        const auto& reply = status.reply;
        out.data = json_of(status);
        out.data["client_list"] = Json::array();
        out.line("{} is {}", out.in(Tone::kStrong, status.name),
                 out.in(reply.state == wire::VmState::kRunning ? Tone::kGood : Tone::kBad,
                        name_of(reply.state)));
        print_end(status, out);
        print_restarts(status, out);
        out.line("  machine   {}, {}, {} CPU{}, {} memory",
                 reply.profile == wire::Profile::kQ35 ? "q35" : "micro",
                 reply.accelerator == wire::Accelerator::kKvm ? "kvm" : "tcg", reply.processors,
                 reply.processors == 1 ? "" : "s", size_text(reply.memory_bytes));
        out.line("  processes supervisor {}, QEMU {} ({}), {} private memory", reply.supervisor_pid,
                 reply.qemu_pid, status.detail.value("confinement", std::string()),
                 size_text(reply.private_bytes));
        out.line("  time      up {}, booted in {}", duration_text(reply.uptime_ns),
                 duration_text(reply.boot_ns));
        size_t device_number = 0;
        for (const auto& device : status.detail.value("devices", nlohmann::json::array())) {
            const std::string tap = device.value("tap", std::string());
            out.line("  device {}  {}{}", device_number++, device.value("name", std::string()), tap.empty() ? "" : ", TAP " + tap);
        }
        size_t number = 0;
        for (const auto& disk : status.detail.value("disks", nlohmann::json::array())) {
            out.line("  disk {}    {}{}", number++, disk.value("path", std::string()), disk.value("pulled", false)      ? ", pulled out"
                     : disk.value("read_only", false) ? ", only read"
                                                      : "");
        }
        for (const auto& port : status.detail.value("serial_ports", nlohmann::json::array())) {
            out.line("  {}      {} ({})", port.value("port", std::string()), port.value("path", std::string()), port.value("name", std::string()));
        }
        out.line("  clients   {} of {}", reply.clients, status.detail.value("client_slots", 0));
        for (const auto& client : clients) {
            out.data["client_list"].push_back({{"id", client.client_id},
                                               {"pid", client.pid},
                                               {"name", client.name},
                                               {"connected_ms", client.connected_ns / 1'000'000}});
            out.line("            {:>3}  {} (process {}), for {}", client.client_id, client.name,
                     client.pid, duration_text(client.connected_ns));
        }
        return {};
    },
};

}  // namespace rsl::cli
