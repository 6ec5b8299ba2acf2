// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/cgroup.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <charconv>

#include "base/core/result.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {
namespace {

std::string read_text(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    char buffer[4096];
    for (ssize_t got; file && (got = ::read(file.get(), buffer, sizeof(buffer))) > 0;) {
        text.append(buffer, static_cast<size_t>(got));
    }
    return text;
}
HostResult<void> write_value(const std::string& path, const std::string& value) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file ||
        ::write(file.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
        return Error::from_errno(fmt::format("cannot set '{}' in {}", value, path));
    }
    return {};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}
bool lists(std::string_view list, std::string_view word, char separator) {
    const auto parts = split(list, separator);
    return std::find(parts.begin(), parts.end(), word) != parts.end();
}
bool lists_word(const std::string& file, std::string_view word) {
    std::string text = read_text(file);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return lists(text, word, ' ');
}

/// Groups of supervisors that were killed are left behind, empty; their names end in a dead pid.
void remove_leftovers(const std::string& parent) {
    DIR* directory = ::opendir(parent.c_str());
    if (directory == nullptr) return;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view name = entry->d_name;
        const size_t dash = name.rfind('-');
        int pid = 0;
        if (!name.starts_with("rsl-") || dash == std::string_view::npos) continue;
        std::from_chars(name.data() + dash + 1, name.data() + name.size(), pid);
        if (pid > 0 && ::kill(pid, 0) < 0 && errno == ESRCH)
            ::rmdir((parent + "/" + std::string(name)).c_str());
    }
    ::closedir(directory);
}

Error cannot(std::string_view limit, std::string why) {
    return Error(
        fmt::format("cannot limit the VM's {}: {}; docs/guides/limits.md says what this machine "
                    "needs, or leave "
                    "the limit out",
                    limit, why));
}

}  // namespace

CgroupHierarchy find_hierarchy(std::string_view controller, std::string_view mountinfo,
                               std::string_view self) {
    CgroupHierarchy found;
    std::string_view unified_path;
    std::string path;
    for (const auto line : split(self, '\n')) {  // "5:cpu,cpuacct:/path" or "0::/path"
        const size_t first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        const auto names = line.substr(first + 1, second - first - 1);
        if (names.empty()) unified_path = line.substr(second + 1);
        if (lists(names, controller, ',')) {
            found.version = 1;
            path = line.substr(second + 1);
        }
    }
    if (found.version == 0) path = unified_path;
    for (const auto line :
         split(mountinfo, '\n')) {  // "id parent dev root mount options ... - type source super"
        const size_t dash = line.find(" - ");
        if (dash == std::string_view::npos) continue;
        const auto front = split(line.substr(0, dash), ' '),
                   back = split(line.substr(dash + 3), ' ');
        if (front.size() < 5 || back.size() < 3) continue;
        const bool wanted = found.version == 1
                                ? back[0] == "cgroup" && lists(back[2], controller, ',')
                                : back[0] == "cgroup2";
        if (!wanted) continue;
        std::string_view inside = path, root = front[3];
        if (root != "/" && inside.starts_with(root)) inside.remove_prefix(root.size());
        while (inside.starts_with("/.."))
            inside.remove_prefix(3);  // a namespace that we are outside of
        found.mount = front[4];
        found.own = found.mount + (inside == "/" ? "" : std::string(inside));
        if (found.version == 0) found.version = 2;
        return found;
    }
    return {};
}

CpuQuota cpu_quota(double cpus) {
    const uint64_t period = cpus >= 0.1 ? 10'000 : 100'000;
    return {
        std::max<uint64_t>(1000, static_cast<uint64_t>(cpus * static_cast<double>(period) + 0.5)),
        period};
}

HostResult<Cgroup> Cgroup::create(std::string_view name, const Limits& limits) {
    return create_in(name, limits, read_text("/proc/self/mountinfo"),
                     read_text("/proc/self/cgroup"));
}

/// Version 1: a child of our own group. Version 2: a group with processes may not have children
/// with controllers, so the nearest ancestor that lets us (a delegated one, or the root) gets the
/// child.
HostResult<std::string> Cgroup::make_folder(std::string_view name, std::string_view controller,
                                            const CgroupHierarchy& hierarchy) {
    const std::string leaf = fmt::format("/rsl-{}-{}", name, ::getpid());
    for (std::string parent = hierarchy.own;; parent = parent.substr(0, parent.rfind('/'))) {
        bool offers = hierarchy.version == 1;
        if (!offers && lists_word(parent + "/cgroup.controllers", controller)) {
            offers = lists_word(parent + "/cgroup.subtree_control", controller) ||
                     write_value(parent + "/cgroup.subtree_control", "+" + std::string(controller));
        }
        const std::string folder = parent + leaf;
        if (offers && (std::find(folders_.begin(), folders_.end(), folder) != folders_.end()))
            return folder;
        if (offers && (::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST)) {
            remove_leftovers(parent);
            folders_.push_back(folder);
            return folder;
        }
        if (hierarchy.version == 1 || parent.size() <= hierarchy.mount.size()) break;
    }
    return Error(
        fmt::format("no control group with the {} controller that this user may write, from {} up",
                    controller, hierarchy.own));
}

HostResult<Cgroup> Cgroup::create_in(std::string_view name, const Limits& limits,
                                     std::string_view mountinfo, std::string_view self) {
    Cgroup group;
    if (limits.cpus) {
        const auto hierarchy = find_hierarchy("cpu", mountinfo, self);
        if (hierarchy.version == 0)
            return cannot("CPU time", "this machine has no cpu control group");
        const auto folder = group.make_folder(name, "cpu", hierarchy);
        if (!folder) return cannot("CPU time", folder.failure().text());
        const auto [quota, period] = cpu_quota(*limits.cpus);
        const auto set = [&]() -> HostResult<void> {
            if (hierarchy.version == 2)
                return write_value(*folder + "/cpu.max", fmt::format("{} {}", quota, period));
            RSL_TRY(write_value(*folder + "/cpu.cfs_period_us", std::to_string(period)));
            return write_value(*folder + "/cpu.cfs_quota_us", std::to_string(quota));
        }();
        if (!set) return cannot("CPU time", set.failure().text());
    }
    if (limits.memory_bytes) {
        const auto hierarchy = find_hierarchy("memory", mountinfo, self);
        if (hierarchy.version == 0)
            return cannot("memory", "this machine has no memory control group");
        const auto folder = group.make_folder(name, "memory", hierarchy);
        if (!folder) return cannot("memory", folder.failure().text());
        const std::string bytes = std::to_string(*limits.memory_bytes);
        const auto set = write_value(
            *folder + (hierarchy.version == 2 ? "/memory.max" : "/memory.limit_in_bytes"), bytes);
        if (!set) return cannot("memory", set.failure().text());
        // No swap beyond it, where the machine accounts for swap.
        (void)write_value(*folder + (hierarchy.version == 2 ? "/memory.swap.max"
                                                            : "/memory.memsw.limit_in_bytes"),
                          hierarchy.version == 2 ? "0" : bytes);
    }
    return group;
}

HostResult<void> Cgroup::add(pid_t pid) const {
    for (const auto& folder : folders_) {
        RSL_TRY(write_value(folder + "/cgroup.procs", std::to_string(pid)));
    }
    return {};
}

bool Cgroup::killed_for_memory() const {
    for (const auto& folder : folders_) {
        for (const char* file : {"/memory.events", "/memory.oom_control"}) {
            for (const auto text = read_text(folder + file); const auto line : split(text, '\n')) {
                if (line.starts_with("oom_kill ") && line != "oom_kill 0") return true;
            }
        }
    }
    return false;
}

Cgroup::~Cgroup() {
    for (const auto& folder : folders_) {
        // A process that has just been reaped may still be counted for a moment.
        for (int attempt = 0; ::rmdir(folder.c_str()) < 0 && errno == EBUSY && attempt < 50;
             ++attempt) {
            const timespec pause{0, 2'000'000};
            ::nanosleep(&pause, nullptr);
        }
    }
}

}  // namespace rsl::vm
