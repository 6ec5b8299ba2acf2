// SPDX-License-Identifier: GPL-2.0-only
// The rows of `rsl bench` about whole processes: from start to DriverEntry, and at rest.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "host/cli/bench_folder.hpp"
#include "host/cli/bench_rows.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/supervisor/process_memory.hpp"
#include "host/vm/accelerator.hpp"

namespace rsl::cli {
namespace {

constexpr int kColdStarts = 20;
constexpr uint64_t kIdleSeconds = 10;

std::string own_program() {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    return std::string(path.data(), length > 0 ? static_cast<size_t>(length) : 0);
}

struct Finished {
    int status = -1;
    std::string output;
};

/// Runs this program with `words` and RSL_BENCH_START_NS set, and collects its output.
HostResult<Finished> run_self(std::vector<std::string> words) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("make a pipe");
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    const std::string program = own_program();
    const std::string start = std::to_string(monotonic_ns());
    const pid_t pid = ::fork();
    if (pid < 0) return Error::from_errno("start a process");
    if (pid == 0) {
        ::setenv("RSL_BENCH_START_NS", start.c_str(), 1);
        ::dup2(write_end.get(), 1);
        std::vector<char*> arguments{const_cast<char*>(program.c_str())};
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ::execv(program.c_str(), arguments.data());
        ::_exit(127);
    }
    write_end = UniqueFd();
    Finished finished;
    char buffer[4096];
    for (ssize_t got; (got = ::read(read_end.get(), buffer, sizeof(buffer))) > 0;)
        finished.output.append(buffer, static_cast<size_t>(got));
    ::waitpid(pid, &finished.status, 0);
    return finished;
}

std::vector<std::string> vm_words(const BenchContext& context) {
    return {"--accel", context.accel, "--profile",
            std::string(vm::name_of(context.options.profile))};
}

}  // namespace

HostResult<void> bench_cold_start(const BenchContext& context, Output& out,
                                  std::vector<BenchRow>& rows) {
    if (!context.wants("cold_start")) return {};
    BenchRow row{.name = "cold_start",
                 .unit = "ms",
                 .accel = context.accel,
                 .floor_name = "QEMU with a guest that ends at once",
                 .promise = 150.0};
    const auto files = RSL_TRY(vm::find_installation());
    const vm::Accel accel = context.accel == "kvm" ? vm::Accel::kKvm : vm::Accel::kTcg;
    Samples bare;
    for (int i = 0; i < kColdStarts; ++i) {
        out.progress(fmt::format("cold_start {} of {}", i + 1, kColdStarts));
        std::vector<std::string> words{"run", context.echo, "--json"};
        for (auto& word : vm_words(context)) words.push_back(std::move(word));
        const auto finished = RSL_TRY(run_self(std::move(words)));
        const Json result = Json::parse(finished.output, nullptr, false);
        if (finished.status != 0 || !result.is_object() || !result.contains("timing_ms")) {
            return Error("'rsl run " + context.echo +
                         "' failed, so its start cannot be measured; run it by hand to see why");
        }
        row.ours.add(result["timing_ms"].value("driver_entry_returned", 0.0));
        // The floor in the same breath, so that both see the same load.
        const uint64_t begun = monotonic_ns();
        if (vm::run_accelerator_probe(accel, files, 10'000))
            bare.add(static_cast<double>(monotonic_ns() - begun) / 1e6);
    }
    row.floor = bare.median();
    rows.push_back(std::move(row));
    return {};
}

HostResult<void> bench_idle(const BenchContext& context, Output& out, std::vector<BenchRow>& rows) {
    if (!context.wants("idle_private_mb") && !context.wants("idle_cpu")) return {};
    const std::string name = fmt::format("bench-{}", ::getpid());
    const auto folder = RSL_TRY(BenchFolder::create());  // as `rsl start` has them: a C: and a registry
    std::vector<std::string> words{"start",      "--vm", name, "--json", "--drive-c", RSL_TRY(folder.make("drive_c")),
                                   "--registry", RSL_TRY(folder.make("registry"))};
    for (auto& word : vm_words(context)) words.push_back(std::move(word));
    const auto started = RSL_TRY(run_self(std::move(words)));
    if (started.status != 0)
        return Error(
            "'rsl start' failed, so an idle VM cannot be measured; run it by hand to see why");
    const auto outcome = [&]() -> HostResult<void> {
        auto supervisor = RSL_TRY(SupervisorClient::connect(name));
        sleep_until(monotonic_ns() + 1'000'000'000);  // what belongs to the start is over
        const auto status = RSL_TRY(supervisor.status());
        const auto used = [&] {
            return supervisor::cpu_time_ns(static_cast<pid_t>(status.reply.qemu_pid)) +
                   supervisor::cpu_time_ns(static_cast<pid_t>(status.reply.supervisor_pid));
        };
        BenchRow memory{
            .name = "idle_private_mb", .unit = "MB", .accel = context.accel, .promise = 40.0};
        memory.ours.add(static_cast<double>(status.reply.private_bytes) / (1024 * 1024));
        BenchRow cpu{.name = "idle_cpu", .unit = "%", .accel = context.accel, .promise = 0.5};
        out.progress("an idle VM");
        for (uint64_t second = 0; context.wants("idle_cpu") && second < kIdleSeconds; ++second) {
            const uint64_t before = used(), begun = monotonic_ns();
            sleep_until(begun + 1'000'000'000);
            // A thread that ends takes what it used along.
            cpu.ours.add(100.0 * std::max(0.0, static_cast<double>(used()) - static_cast<double>(before)) /
                         static_cast<double>(monotonic_ns() - begun));
        }
        if (context.wants("idle_private_mb")) rows.push_back(std::move(memory));
        if (context.wants("idle_cpu")) rows.push_back(std::move(cpu));
        return {};
    }();
    if (auto supervisor = SupervisorClient::connect(name)) (void)supervisor->stop(0);
    return outcome;
}

}  // namespace rsl::cli
