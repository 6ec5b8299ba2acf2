// SPDX-License-Identifier: GPL-2.0-only
// `rsl net up|status|down`: network adapters of the VM as Linux TAP interfaces. The frames' way is
// rsl-tap's (bridges/tap); these verbs start, ask and end it.
#include "base/core/result.hpp"
#include "host/cli/net_adapters.hpp"
#include "host/cli/net_bridges.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/supervisor_start.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {
namespace {

uint64_t count_of(const Json& state, const char* key) {
    const auto found = state.find(key);
    return found != state.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

/// One direction of what the driver counts; of each, only if it does.
void show_driver(const Json& counts, const char* direction, const char* prefix, const char* past, Output& out) {
    std::string text;
    const auto add = [&](const std::string& key, const char* unit) {
        if (counts.contains(key)) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count_of(counts, key.c_str()), unit);
    };
    add(std::string(past) + "_frames", "frames");
    add(std::string(past) + "_bytes", "bytes");
    add(std::string(prefix) + "_errors", "errors");
    add(std::string(prefix) + "_discards", "discarded");
    if (!text.empty()) out.line("  {} {}", direction, text);
}

void show_driver(const Json& state, Output& out) {
    const auto counts = state.find("driver");
    if (counts == state.end() || !counts->is_object()) {
        if (!state.value("waiting", false)) out.line("  the driver does not say what it has counted");
        return;
    }
    show_driver(*counts, "driver sent:    ", "send", "sent", out);
    show_driver(*counts, "driver received:", "receive", "received", out);
    if (counts->empty()) out.line("  the driver counts nothing");
}

void show(const net::Bridge& bridge, Output& out) {
    const Json& state = bridge.state;
    out.line("{}  {} ({}) in VM {}", out.in(Tone::kStrong, bridge.text("tap")),
             bridge.text("device"), bridge.text("service"), bridge.text("vm"));
    const bool up = bridge.text("link") == "up";
    const std::string mac = bridge.text("mac");
    out.line("  link {}{}, {}, MTU {}", out.in(up ? Tone::kGood : Tone::kBad, up ? "up" : "down"),
             state.value("waiting", false) ? ", waiting for the VM's adapter" : "",
             mac.empty() ? "IP packets (a TUN interface)" : "address " + mac, count_of(state, "mtu"));
    out.line("  from Linux: {} frames, {} bytes, {} dropped", count_of(state, "tx_frames"),
             count_of(state, "tx_bytes"), count_of(state, "tx_drops"));
    out.line("  to Linux:   {} frames, {} bytes, {} dropped", count_of(state, "rx_frames"),
             count_of(state, "rx_bytes"), count_of(state, "rx_drops"));
    show_driver(state, out);
}

bool leads_to(const net::Bridge& bridge, const std::string& vm, uint32_t adapter) {
    return bridge.text("vm") == vm && count_of(bridge.state, "adapter") == adapter;
}

/// Whether the VM comes back when it ends by itself: then the bridge waits for it.
HostResult<bool> restarts(const std::string& name) {
    auto supervisor = RSL_TRY(SupervisorClient::connect(name));
    return RSL_TRY(supervisor.status(wire::kStatusQuick)).detail.value("restart", false);
}

HostResult<void> net_up(const Invocation& call, Output& out) {
    const std::string name = vm_name(call);
    const NetAdapter adapter = RSL_TRY([&]() -> HostResult<NetAdapter> {
        auto vm = RSL_TRY(VmClient::connect(call));
        return find_adapter(vm, call.arg("DEVICE"));
    }());
    for (const auto& bridge : net::running_bridges()) {
        if (leads_to(bridge, name, adapter.index))
            return Error::wrong_use(fmt::format("{} is {} already; 'rsl net down {}' ends that",
                                                adapter.device, bridge.text("tap"),
                                                bridge.text("tap")));
    }
    std::vector<std::string> flags{
        "--vm",      name,
        "--adapter", std::to_string(adapter.index),
        "--device",  adapter.device.empty() ? adapter.guid : adapter.device};
    if (adapter.ip) flags.insert(flags.end(), {"--frames", "ip"});
    if (RSL_TRY(restarts(name))) flags.insert(flags.end(), {"--keep", "on", "--guid", adapter.guid, "--service", adapter.service});
    if (const auto tap = call.value("tap")) flags.insert(flags.end(), {"--tap", *tap});
    const std::string tap =
        RSL_TRY(start_daemon({"rsl-tap", "starting the bridge", "rsl net status"}, flags, out));
    for (const auto& bridge : net::running_bridges()) {
        if (!leads_to(bridge, name, adapter.index)) continue;
        out.data = bridge.state;
        show(bridge, out);
        return {};
    }
    return Error("the bridge " + tap + " started and ended again; see 'rsl log'");
}

}  // namespace

const Verb kNetUp{
    .path = "net up",
    .summary = "make a network adapter of the VM a Linux TAP interface",
    .args = {{"DEVICE", "its instance path, as 'rsl tree devices' shows it, or its driver's name"}},
    .flags = {{"--tap", "the interface's name (default: rsl0 or the next)", "NAME"}},
    .target = Target::kVm,
    .more =
        "rsl net up 'ROOT\\NDIS_LOOPBACK\\0000'\n"
        "rsl net up tap0901 --tap windows0 && ip address add 10.0.0.1/24 dev windows0",
    .run = net_up,
};
const Verb kNetStatus{
    .path = "net status",
    .summary = "show the TAP interfaces that lead to adapters",
    .args = {{"NAME", "a TAP interface or a device (default: all)", Count::kOptional}},
    .flags = {{"--vm", "only those of this VM", "NAME"}},
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto all = bridges_of(call);
        const std::string name = call.arg("NAME");
        out.data = Json::array();
        for (const auto& bridge : all) {
            if (!name.empty() && !net::is_named(bridge, name)) continue;
            out.data.push_back(bridge.state);
            show(bridge, out);
        }
        if (!name.empty() && out.data.empty()) return no_such_bridge(name, all);
        if (out.data.empty()) out.line("no bridge runs; 'rsl net up DEVICE' makes one");
        return {};
    },
};
const Verb kNetDown{
    .path = "net down",
    .summary = "take a TAP interface away from its adapter",
    .args = {{"NAME", "the TAP interface or the device"}},
    .flags = {{"--vm", "only of this VM", "NAME"}},
    .more = "rsl net down rsl0",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto all = bridges_of(call);
        const std::string name = call.arg("NAME");
        const auto* bridge = RSL_TRY(the_bridge(all, name));
        RSL_TRY(net::end_bridge(*bridge));
        out.data = {{"tap", bridge->text("tap")}, {"device", bridge->text("device")}};
        out.line("{} is gone", bridge->text("tap"));
        return {};
    },
};

}  // namespace rsl::cli
