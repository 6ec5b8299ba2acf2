// SPDX-License-Identifier: GPL-2.0-only
// `rsl run FILE.sys`: a VM of its own for one driver: load, DriverEntry, the calls in order,
// unload.
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <set>

#include "host/cli/device_text.hpp"
#include "host/cli/driver_file.hpp"
#include "host/cli/installer.hpp"
#include "host/cli/local_vm.hpp"
#include "host/cli/status_text.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/verify_options.hpp"
#include "host/cli/vm_flags.hpp"

namespace rsl::cli {
namespace {

constexpr const char* kLinks = "\\GLOBAL??";
constexpr const char* kDevices = "\\Device";
constexpr uint64_t kDefaultTimeoutS = 30;
constexpr uint64_t kDefaultRoom = 4096;

uint64_t now_ns() {
    timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

double ms(uint64_t ns) { return static_cast<double>(ns) / 1e6; }

/// One --ioctl with the --in and --out behind it.
struct Call {
    uint32_t code = 0;
    Bytes input;
    uint64_t room = kDefaultRoom;
};

struct Plan {
    std::string path;
    std::string device;  // empty: the driver's own first one
    std::string hardware_id;  // of the device that the VM is given, or that --hwid names; empty: none
    std::vector<Call> calls;
    uint64_t timeout_ms = kDefaultTimeoutS * 1000;
    std::chrono::milliseconds grace{};
    bool keep_output = false;
    std::optional<VerifyOptions> verify;
};

HostResult<Plan> plan_of(const Invocation& call) {
    Plan plan{.path = call.arg("FILE"),
              .device = call.value_or("device", ""),
              .grace = RSL_TRY(grace_of(call))};
    plan.verify = RSL_TRY(verify_of(call));
    if (const auto* hardware = vm::find_pluggable(plan.device)) {
        plan.device.clear();
        plan.hardware_id = hardware->hardware_id;
    }
    if (const auto id = call.value("hwid")) plan.hardware_id = *id;
    for (const auto& [flag, value] : call.ordered()) {
        if (flag == "ioctl") {
            const auto code = parse_number(value);
            if (!code || *code > 0xFFFFFFFF)
                return Error::wrong_use("--ioctl '" + value +
                                        "' is no control code; write it as 0x222000");
            plan.calls.push_back({.code = static_cast<uint32_t>(*code)});
        } else if (flag == "in" || flag == "out") {
            if (plan.calls.empty())
                return Error::wrong_use("--" + flag +
                                        " belongs to the --ioctl before it, and there is none");
            if (flag == "in") {
                plan.calls.back().input = RSL_TRY(parse_data(value));
            } else {
                const auto room = parse_number(value);
                if (!room || *room > (64u << 20))
                    return Error::wrong_use("--out '" + value +
                                            "' is no number of bytes up to 64 MB");
                plan.calls.back().room = *room;
            }
        } else if (flag == "timeout") {
            char* end = nullptr;
            const double seconds = std::strtod(value.c_str(), &end);
            if (value.empty() || *end != 0 || !(seconds >= 0) || seconds > 86400)
                return Error::wrong_use("--timeout '" + value + "' is no number of seconds");
            plan.timeout_ms = static_cast<uint64_t>(seconds * 1000);
        }
    }
    return plan;
}

/// One run, step by step.
class DriverRun {
  public:
    DriverRun(Plan plan, Output& out) : plan_(std::move(plan)), out_(out) {
        const char* start = ::getenv("RSL_BENCH_START_NS");
        started_ns_ = start != nullptr ? std::strtoull(start, nullptr, 10) : now_ns();
    }

    HostResult<void> run(vm::VmOptions options) {
        // QEMU first: reading and checking the driver happens while it starts.
        auto local = RSL_TRY(LocalVm::start(options));
        show_serial_ports(local->machine());
        RSL_TRY(read_driver());
        local->on_log = [this](const supervisor::LogLine& line) { take_log(line); };
        local->on_slow_step = [this](const std::string& step) { out_.progress(step); };
        const auto outcome = run_in(*local);
        const std::string cut_short = local->stop(plan_.grace);
        print_log();
        if (!cut_short.empty()) {
            out_.data["cut_short"] = cut_short;
            out_.line("{}", out_.in(Tone::kBad, cut_short));
        }
        if (const auto end = local->end()) report_crash(*end);
        return outcome;
    }

  private:
    /// Where the VM's serial ports are: nobody else can tell while it runs.
    void show_serial_ports(const vm::Machine& machine) {
        size_t number = 1;
        for (const vm::SerialPort& port : machine.serial_ports()) {
            const std::string name = "COM" + std::to_string(number++);
            out_.data["serial_ports"].push_back({{"name", port.name()}, {"port", name}, {"path", port.path()}});
            out_.line("{} is {} ({})", name, port.path(), port.name());
        }
    }

    /// The driver alone, or, with an INF or hardware for it, what the PnP manager needs.
    HostResult<void> read_driver() {
        if (inf::lower(plan_.path).ends_with(".inf")) {
            package_ = RSL_TRY(read_package(plan_.path));
        } else if (!plan_.hardware_id.empty()) {
            package_ = RSL_TRY(package_of_driver(plan_.path, plan_.hardware_id));
        } else {
            file_ = RSL_TRY(DriverFile::open(plan_.path));
        }
        return {};
    }

    /// Installs the package and says which devices started.
    HostResult<void> start_devices(LocalVm& local, VmClient& vm) {
        for (const auto& image : package_->images) RSL_TRY(verify(vm, image.service));
        begin_step(local, "installing");
        // A device of a bus is there; one of the root is made.
        const bool made = inf::lower(plan_.hardware_id).starts_with("pci\\");
        const auto installed = RSL_TRY(install(vm, *package_, made ? "" : plan_.hardware_id));
        local.end_step();
        entered_ns_ = now_ns();
        print_log();
        show_installed(*package_, installed, out_);
        for (const auto& device : installed.devices) {
            devices_.push_back(device.id);
            if (device.problem != 0)
                return Error::refused(fmt::format("{} does not start: {}", device.id, state_text(device)), kNoSuchDevice);
        }
        if (devices_.empty()) return Error::refused("there is no device for the driver", kNoSuchDevice);
        return {};
    }

    /// Removes the devices in order, which unloads their driver.
    HostResult<void> stop_devices(LocalVm& local, VmClient& vm) {
        begin_step(local, "removing");
        // Children, which stand behind their bus, first.
        for (auto id = devices_.rbegin(); id != devices_.rend(); ++id) {
            RSL_TRY(device_action(vm, RSL_DEVICE_DISABLE, *id));
        }
        local.end_step();
        out_.line("{}", out_.in(Tone::kGood, "removed"));
        return {};
    }

    HostResult<void> run_in(LocalVm& local) {
        local.begin_step("starting the VM", {}, 0);  // which has a limit of its own
        auto vm = RSL_TRY(local.connect());
        const uint64_t connected = now_ns();
        RSL_TRY(vm.inspect("kernel/pnp/devices"));  // answers when the VM's own devices are all there
        const auto before = names(vm);
        if (package_) {
            RSL_TRY(start_devices(local, vm));
        } else {
            RSL_TRY(verify(vm, file_->service()));
            RSL_TRY(load(local, vm, *file_));
        }
        out_.data["timing_ms"] = {
            {"vm_ready", ms(static_cast<uint64_t>(local.boot_time().count()))},
            {"connected", ms(connected - started_ns_)},
            {"driver_entry_returned", ms(entered_ns_ - started_ns_)}};
        list_new(vm, before);
        const HostResult<void> called = make_calls(local, vm);
        if (!called && local.end()) return called;
        const HostResult<void> unloaded = package_ ? stop_devices(local, vm) : unload(local, vm, *file_);
        print_log();
        out_.line("{}",
                  out_.in(Tone::kDim,
                          fmt::format(
                              "VM up after {}, DriverEntry returned after {}, everything after {}",
                              duration_text(static_cast<uint64_t>(local.boot_time().count())),
                              duration_text(entered_ns_ - started_ns_),
                              duration_text(now_ns() - started_ns_))));
        return called ? unloaded : called;
    }

    HostResult<void> verify(VmClient& vm, const std::string& service) {
        if (!plan_.verify) return {};
        RSL_TRY(vm.verify_driver(service, *plan_.verify));
        out_.data["verify"] = plan_.verify->json();
        out_.line("{} {}", out_.in(Tone::kDim, "verifying:"), plan_.verify->text());
        return {};
    }

    HostResult<void> load(LocalVm& local, VmClient& vm, const DriverFile& file) {
        begin_step(local, "DriverEntry");
        const auto report = RSL_TRY(vm.load_driver(file.service(), file.bytes()));
        local.end_step();
        entered_ns_ = now_ns();
        print_log();
        out_.data["driver"] = {{"service", file.service()},
                               {"entry_status", status_json(report.entry_status)},
                               {"entry_us", static_cast<double>(report.entry_ns) / 1e3},
                               {"image_base", fmt::format("{:#x}", report.image_base)},
                               {"missing_imports", report.missing_imports},
                               {"note", report.text}};
        out_.line("{} {}: DriverEntry returned {} in {}", out_.in(Tone::kGood, "loaded"),
                  file.service(), status_text(report.entry_status), duration_text(report.entry_ns));
        if (report.text[0] != 0) out_.line("  {}", out_.in(Tone::kBad, report.text));
        return {};
    }

    void begin_step(LocalVm& local, const std::string& what) const {
        local.begin_step(what, too_long(what), plan_.timeout_ms);
    }

    std::string too_long(const std::string& what) const {
        return fmt::format(
            "{} did not return within {} s, and the VM was ended; give it longer with --timeout, "
            "or find out where it waits",
            what, static_cast<double>(plan_.timeout_ms) / 1000);
    }

    using Names = std::set<std::string>;
    static Names names(VmClient& vm) {
        Names found;
        for (const char* directory : {kDevices, kLinks}) {
            if (const auto entries = vm.directory(directory)) {
                for (const auto& entry : *entries)
                    found.insert(std::string(directory) + "\\" + entry.name);
            }
        }
        return found;
    }

    void list_new(VmClient& vm, const Names& before) {
        Json devices = Json::array(), links = Json::array();
        for (const auto& path : names(vm)) {
            if (before.contains(path)) continue;
            const std::string name = path.substr(path.rfind('\\') + 1);
            if (path.starts_with(kDevices)) {
                devices.push_back(path);
                if (first_device_.empty()) first_device_ = path;
                out_.line("  device  {}", path);
            } else {
                const auto target = vm.link_target(path);
                links.push_back({{"name", "\\\\.\\" + name}, {"target", target ? *target : ""}});
                if (first_link_.empty()) first_link_ = "\\\\.\\" + name;
                out_.line("  link    \\\\.\\{} -> {}", name, target ? *target : "?");
            }
        }
        out_.data["devices"] = devices;
        out_.data["links"] = links;
    }

    HostResult<void> make_calls(LocalVm& local, VmClient& vm) {
        if (plan_.calls.empty() && plan_.device.empty()) return {};
        std::string device = !plan_.device.empty()  ? plan_.device
                             : !first_link_.empty() ? first_link_
                                                    : first_device_;
        if (device.empty())
            return Error::refused(
                "the driver made no device to send I/O controls to; name another one with --device",
                kNoSuchDevice);
        begin_step(local, "opening " + device);
        const auto handle = RSL_TRY(vm.open(device, RSL_READ | RSL_WRITE));
        out_.data["calls"] = Json::array();
        for (const auto& call : plan_.calls) RSL_TRY(make_call(local, vm, handle, call));
        begin_step(local, "closing " + device);
        vm.close(handle);
        local.end_step();
        return {};
    }

    HostResult<void> make_call(LocalVm& local, VmClient& vm, rsl_handle handle, const Call& call) {
        begin_step(local, fmt::format("I/O control 0x{:X}", call.code));
        const uint64_t begun = now_ns();
        const auto answer = vm.ioctl(handle, call.code, call.input, call.room);
        const uint64_t took = now_ns() - begun;
        local.end_step();
        print_log();
        Json json{{"code", fmt::format("0x{:X}", call.code)},
                  {"us", static_cast<double>(took) / 1e3}};
        if (!answer) {
            const Error error = answer.failure();
            if (error.nt_status()) json["status"] = status_json(*error.nt_status());
            out_.data["calls"].push_back(json);
            return error;
        }
        json["status"] = status_json(0);
        json["bytes"] = answer->size();
        json["output"] = hex(*answer);
        out_.data["calls"].push_back(json);
        out_.line("{} 0x{:X}: {} byte{} in {}", out_.in(Tone::kGood, "ioctl"), call.code,
                  answer->size(), answer->size() == 1 ? "" : "s", duration_text(took));
        for (const auto& row : hex_dump(*answer)) out_.line("  {}", row);
        return {};
    }

    HostResult<void> unload(LocalVm& local, VmClient& vm, const DriverFile& file) {
        begin_step(local, "unloading");
        const auto report = vm.unload_driver(file.service());
        local.end_step();
        if (!report) {
            // A driver without an unload routine stays: that is its right.
            const Error error = report.failure();
            if (error.exit_code() != ExitCode::kRefused) return error;
            out_.data["unload"] = {{"done", false}, {"note", error.text()}};
            out_.line("{} {}", out_.in(Tone::kStrong, "not unloaded:"), error.text());
            return {};
        }
        out_.data["unload"] = {{"done", true}, {"left_behind", report->text}};
        if (report->text[0] != 0)
            out_.line("{}: {}", out_.in(Tone::kBad, "unloaded"), report->text);
        else
            out_.line("{}, nothing left behind", out_.in(Tone::kGood, "unloaded"));
        return {};
    }

    // What drivers print comes in another thread; it is shown between our own lines.
    void take_log(const supervisor::LogLine& line) {
        if (line.level == supervisor::LogBuffer::kEventLevel) return;  // `rsl log --events` shows them
        const std::lock_guard guard(mutex_);
        log_.push_back(line);
    }
    void print_log() {
        const std::lock_guard guard(mutex_);
        for (; logged_ < log_.size(); ++logged_) {
            const auto& line = log_[logged_];
            out_.data["log"].push_back({{"time_ns", line.time_ns},
                                        {"level", line.level},
                                        {"source", line.source},
                                        {"text", line.text}});
            if (line.source != "kernel" || line.level >= 3)
                out_.line("  {}", out_.in(Tone::kDim, line.source + ": " + line.text));
        }
    }

    // Rule, place, what is known, what to do, then the stack.
    void print_finding(const vm::BugCheckReport& report) {
        std::string parameters;
        for (const uint64_t parameter : report.parameters)
            parameters += fmt::format("{}{:#x}", parameters.empty() ? "" : ", ", parameter);
        out_.line("  parameters   {}", parameters);
        out_.line("  rule broken  {}", report.explanation);
        out_.line("  where        {}", report.address);
        for (const auto& fact : report.facts) out_.line("               {}", fact);
        out_.line("  what to do   {}", report.advice);
        out_.line("  stack");
    }

    void report_crash(const vm::MachineEnd& end) {
        if (!end.report) return;
        const auto& report = *end.report;
        Json crash = Json::parse(report.json, nullptr, false);
        if (!crash.is_object()) crash = {{"explanation", report.explanation}};
        crash["code"] = fmt::format("{:#x}", report.code);
        crash["parameters"] = Json::array();
        for (const uint64_t parameter : report.parameters)
            crash["parameters"].push_back(fmt::format("{:#x}", parameter));
        out_.data["crash"] = crash;
        const bool finding = !report.advice.empty();
        out_.line("{}", out_.in(Tone::kBad, finding ? "Driver Verifier found a mistake"
                                                    : "the driver crashed"));
        out_.line("  {} ({:#x})", report.name, report.code);
        if (finding) print_finding(report);
        for (const auto& frame : report.stack) out_.line("    {}", frame);
        for (const auto& data : report.data) out_.line("  added by {}", data);
    }

    static constexpr int32_t kNoSuchDevice = static_cast<int32_t>(0xC000000E);
    Plan plan_;
    std::optional<DriverFile> file_;  // one of the two
    std::optional<Package> package_;
    std::vector<std::string> devices_;  // of the package
    Output& out_;
    uint64_t started_ns_ = 0, entered_ns_ = 0;
    std::string first_link_, first_device_;
    std::mutex mutex_;
    std::vector<supervisor::LogLine> log_;
    size_t logged_ = 0;
};

}  // namespace

const Verb kRun{
    .path = "run",
    .summary = "run a driver in a VM of its own, and call it",
    .args = {{"FILE", "the .sys file, or an .inf file to install"}},
    .flags = with_vm_flags(
        {{"--device", "the device to call (default: the driver's first); or hardware to give the VM, as for 'rsl start'", "NAME"},
         {"--hwid", "make a root-enumerated device with this hardware id for the driver", "ID"},
         {"--ioctl", "send this I/O control code; may be repeated", "CODE"},
         {"--in", "input of the --ioctl before: hexadecimal, @FILE or text:...", "DATA"},
         {"--out", "room for its output, in bytes (default 4096)", "BYTES"},
         kVerifyFlag,
         {"--timeout", "end the VM when a step takes longer (default 30; 0: never)", "SECONDS"},
         kGraceFlag,
         {"--vm", "the VM's options in one: cpus=2,memory=64M,profile=q35,accel=tcg", "OPTIONS"}}),
    .more =
        "rsl run echo.sys\nrsl run echo.sys --ioctl 0x222000 --in text:hello --ioctl 0x22200F --in "
        "0102\nrsl run echo.sys --verify --ioctl 0x222000 --in text:hello\n"
        "rsl run echo.sys --verify=all,low-resources,seed=7   (checks: rsl help driver load)\n"
        "rsl run edu.inf --device edu --ioctl 0x222004 --in 0a000000",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto options = RSL_TRY(vm_options_of(call, true));
        return DriverRun(RSL_TRY(plan_of(call)), out).run(options);
    },
};

}  // namespace rsl::cli
