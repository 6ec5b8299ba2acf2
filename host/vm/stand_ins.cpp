// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/stand_ins.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/core/result.hpp"
#include "host/vm/boot_cache.hpp"
#include "host/vm/confinement.hpp"

namespace rsl::vm {
namespace {

constexpr const char* kCacheName = "stand_ins";
constexpr int kTimeoutMs = 5000;     // some 20 ms of work
constexpr int kLinkerRefused = 127;  // ld.so's status when a symbol is missing, for a program that is bound at its start

/// Another file of this name is another QEMU.
std::string stamp_of(const std::string& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) < 0) return path;
    return fmt::format("{} {} {}.{}", path, about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
}

Fit try_them(const Installation& files) {
    auto process = start_confined({.argv = {files.qemu, "--version"},
                                   .readable = qemu_paths(files),
                                   .libraries = files.libraries});
    if (!process) return Fit::kUnknown;
    const auto status = process->wait(kTimeoutMs);
    if (!status || !WIFEXITED(*status)) return Fit::kUnknown;
    if (WEXITSTATUS(*status) == 0) return Fit::kYes;
    return WEXITSTATUS(*status) == kLinkerRefused ? Fit::kNo : Fit::kUnknown;
}

}  // namespace

Fit stand_ins_fit(const Installation& files) {
    const std::string key = stamp_of(files.qemu) + " " + stamp_of(files.libraries) + " ";
    if (const auto cached = cached_since_boot(kCacheName); cached && cached->starts_with(key))
        return cached->substr(key.size()) == "yes" ? Fit::kYes : Fit::kNo;
    const Fit fit = try_them(files);
    if (fit != Fit::kUnknown) cache_until_boot(kCacheName, key + (fit == Fit::kYes ? "yes" : "no"));
    return fit;
}

}  // namespace rsl::vm
