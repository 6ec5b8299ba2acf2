// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/runtime_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/core/result.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::supervisor {
namespace {

constexpr std::string_view kSuffix = ".sock";

}  // namespace

HostResult<std::string> prepare_runtime_directory() {
    const std::string path = transport::runtime_directory();
    if (::mkdir(path.c_str(), 0700) < 0 && errno != EEXIST) {
        return Error::from_errno("make " + path).within("no place for the VM's socket");
    }
    struct stat info;
    if (::lstat(path.c_str(), &info) < 0) return Error::from_errno("look at " + path);
    if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) {
        return Error(path +
                     " is not a folder of yours, so a VM's socket in it would not be safe; remove "
                     "it, or set "
                     "XDG_RUNTIME_DIR to a folder of your own");
    }
    if ((info.st_mode & 077) != 0 && ::chmod(path.c_str(), 0700) < 0)
        return Error::from_errno("protect " + path);
    return path;
}

void OthersFile::remove() const {
    const size_t slash = path_.rfind('/');
    const std::string directory = path_.substr(0, slash), name = path_.substr(slash + 1);
    ::unlink(path_.c_str());
    DIR* const entries = ::opendir(directory.c_str());
    if (entries == nullptr) return;
    while (const dirent* const entry = ::readdir(entries)) {
        const std::string_view left = entry->d_name;
        if (left.starts_with(name + "~")) ::unlinkat(::dirfd(entries), entry->d_name, 0);
    }
    ::closedir(entries);
}

Listener::~Listener() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

HostResult<Listener> listen_at(const std::string& path, const Error& taken) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return Error::wrong_use("the socket's path is too long: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);

    // Two of one name must not each remove what they take for the other's leftover.
    const std::string directory = path.substr(0, path.rfind('/'));
    const UniqueFd lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock || ::flock(lock.get(), LOCK_EX) < 0) return Error::from_errno("lock " + directory);
    if (transport::connect_socket(path)) return taken;
    ::unlink(path.c_str());
    UniqueFd listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener) return Error::from_errno("make a socket");
    if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0 ||
        ::chmod(path.c_str(), 0600) < 0 || ::listen(listener.get(), 64) < 0) {
        return Error::from_errno("listen at " + path);
    }
    return Listener(std::move(listener), path);
}

HostResult<Listener> listen_for(const std::string& vm_name) {
    RSL_TRY(prepare_runtime_directory());
    return listen_at(RSL_TRY(transport::vm_socket_path(vm_name)),
                     Error::wrong_use("the VM '" + vm_name +
                                      "' is running already; choose another name, or stop it with "
                                      "'rsl stop --vm " +
                                      vm_name + "'"));
}

std::vector<std::string> running_vms() {
    std::vector<std::string> names;
    DIR* directory = ::opendir(transport::runtime_directory().c_str());
    if (directory == nullptr) return names;
    while (const dirent* entry = ::readdir(directory)) {
        std::string name = entry->d_name;
        if (!name.ends_with(kSuffix)) continue;
        name.resize(name.size() - kSuffix.size());
        const auto path = transport::vm_socket_path(name);
        if (path && transport::connect_socket(*path)) names.push_back(name);
    }
    ::closedir(directory);
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace rsl::supervisor
