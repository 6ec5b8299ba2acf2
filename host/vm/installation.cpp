// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/installation.hpp"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

#include "base/core/result.hpp"
#include "host/vm/stand_ins.hpp"

namespace rsl::vm {
namespace {

constexpr const char* kQemuName = "qemu-system-x86_64";
constexpr const char* kInstallQemu =
    "install it with: sudo apt-get install qemu-system-x86 qemu-system-common seabios";

std::string resolved(const std::string& path) {
    char buffer[PATH_MAX];
    return ::realpath(path.c_str(), buffer) != nullptr ? std::string(buffer) : std::string();
}

bool readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

std::string environment(const char* name) {
    const char* value = ::getenv(name);
    return value != nullptr ? value : "";
}

}  // namespace

std::string share_directory() {
    if (auto share = environment("RSL_SHARE"); !share.empty()) return share;
    const std::string self = resolved("/proc/self/exe");
    const size_t bin = self.rfind('/');
    const size_t prefix = bin == std::string::npos ? bin : self.rfind('/', bin - 1);
    return prefix == std::string::npos ? "" : self.substr(0, prefix) + "/share/rsl";
}

HostResult<std::string> find_qemu() {
    if (const auto named = environment("RSL_QEMU"); !named.empty()) {
        if (auto path = resolved(named); !path.empty()) return path;
        return Error("RSL_QEMU names '" + named + "', which does not exist");
    }
    std::string search = environment("PATH");
    if (search.empty()) search = "/usr/bin:/usr/local/bin";
    for (size_t start = 0; start <= search.size();) {
        const size_t end = std::min(search.find(':', start), search.size());
        const std::string path = search.substr(start, end - start) + "/" + kQemuName;
        if (::access(path.c_str(), X_OK) == 0) return resolved(path);
        start = end + 1;
    }
    return Error(std::string(kQemuName) + " is not installed; " + kInstallQemu);
}

HostResult<std::string> find_firmware() {
    for (const char* path : {"/usr/share/qemu/qboot.rom", "/usr/share/qemu/bios-microvm.bin",
                             "/usr/local/share/qemu/qboot.rom", "/usr/share/qboot/bios.bin"}) {
        if (readable(path)) return resolved(path);
    }
    return Error(std::string("QEMU's firmware qboot.rom is missing from /usr/share/qemu; ") +
                 kInstallQemu);
}

std::vector<std::string> qemu_paths(const Installation& files) {
    std::vector<std::string> paths{files.qemu,         "/usr/lib",        "/usr/lib64",
                                   "/etc/ld.so.cache", "/usr/share/qemu", "/usr/share/seabios",
                                   files.firmware,     files.share};
    if (!files.libraries.empty()) paths.push_back(files.libraries);
    if (!files.qemu.starts_with("/usr/bin/")) {
        // A QEMU of its own prefix finds its libraries and firmware beside itself.
        const size_t bin = files.qemu.rfind('/');
        const size_t prefix = files.qemu.rfind('/', bin - 1);
        if (prefix != std::string::npos && prefix > 0)
            paths.push_back(files.qemu.substr(0, prefix));
    }
    return paths;
}

HostResult<Installation> find_installation(std::string_view image) {
    Installation found;
    found.qemu = RSL_TRY(find_qemu());
    found.firmware = RSL_TRY(find_firmware());
    found.share = resolved(share_directory());
    if (found.share.empty()) {
        return Error("the guest files are missing from '" + share_directory() +
                     "'; build them with 'make guest', or name their folder in RSL_SHARE");
    }
    if (environment("RSL_QEMU_LIBRARIES") != "system")
        found.libraries = resolved(found.share + "/../../lib/rsl");
    if (!found.libraries.empty() && stand_ins_fit(found) == Fit::kNo) found.libraries.clear();
    found.kernel = found.share + "/rsl.elf";
    found.archive =
        found.share + (image.empty() ? "/guest.cpio" : "/" + std::string(image) + "/guest.cpio");
    for (const auto& file : {found.kernel, found.archive}) {
        if (!readable(file)) {
            return Error("the guest file " + file +
                         " is missing or not readable; build it with 'make guest'");
        }
    }
    return found;
}

}  // namespace rsl::vm
